//! The wrappers around the browser, in a real one.

#![expect(clippy::unwrap_used, reason = "a test")]
#![cfg(target_arch = "wasm32")]

use frontend::browser::{
    clock, device,
    intl::{self, Show},
    listener::Listener,
    page::{self, PageFact},
    player::{Player, PlayerFact},
    storage::{self, Shelf},
};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use study::{Millis, Timestamp};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Event, HtmlVideoElement};

wasm_bindgen_test_configure!(run_in_browser);

fn document() -> web_sys::Document {
    web_sys::window().unwrap().document().unwrap()
}

#[wasm_bindgen_test]
fn a_listener_hears_until_its_guard_is_dropped() {
    let target = document().create_element("p").unwrap();
    let heard = Rc::new(Cell::new(0));
    let count = heard.clone();
    let guard = Listener::on(&target, "ping", move |_| count.set(count.get() + 1));
    target.dispatch_event(&Event::new("ping").unwrap()).unwrap();
    drop(guard);
    target.dispatch_event(&Event::new("ping").unwrap()).unwrap();
    assert_eq!(heard.get(), 1);
}

#[wasm_bindgen_test]
fn the_page_reports_what_happens_to_it_until_nobody_listens() {
    let facts = Rc::new(RefCell::new(Vec::new()));
    let list = facts.clone();
    let guards = page::watch(move |fact| list.borrow_mut().push(fact));
    let window = web_sys::window().unwrap();
    for name in ["offline", "online", "pagehide"] {
        window.dispatch_event(&Event::new(name).unwrap()).unwrap();
    }
    document()
        .dispatch_event(&Event::new("visibilitychange").unwrap())
        .unwrap();
    drop(guards);
    window
        .dispatch_event(&Event::new("pagehide").unwrap())
        .unwrap();
    assert_eq!(
        *facts.borrow(),
        [
            PageFact::Online(false),
            PageFact::Online(true),
            PageFact::Left,
            PageFact::Visible(page::visible())
        ]
    );
}

#[wasm_bindgen_test]
fn storage_gives_back_what_it_was_given_and_lists_by_prefix() {
    for key in ["t.b", "t.a", "other"] {
        assert!(storage::write(Shelf::Browser, key, "字"));
    }
    assert_eq!(storage::keys(Shelf::Browser, "t."), ["t.a", "t.b"]);
    assert_eq!(storage::read(Shelf::Browser, "t.a").as_deref(), Some("字"));
    assert_eq!(storage::read(Shelf::Tab, "t.a"), None);
    for key in ["t.b", "t.a", "other"] {
        storage::remove(Shelf::Browser, key);
    }
    assert_eq!(storage::read(Shelf::Browser, "t.a"), None);
}

#[wasm_bindgen_test]
fn the_clock_only_goes_forward_and_odd_numbers_become_zero() {
    let before = clock::now();
    assert!(clock::now() >= before);
    assert_eq!(
        [
            clock::whole(-1.0),
            clock::whole(f64::NAN),
            clock::whole(12.9)
        ],
        [0, 0, 12]
    );
}

#[wasm_bindgen_test]
fn devices_are_named_as_people_name_them() {
    let phone = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36 MicroMessenger/8.0.48";
    let iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Version/17.4 Mobile/15E148 Safari/604.1";
    let laptop = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0";
    let names = [phone, iphone, laptop].map(|agent| {
        let name = device::of_agent(agent);
        (name.kind, name.browser)
    });
    assert_eq!(
        names,
        [
            ("Android 手机", "微信"),
            ("iPhone", "Safari"),
            ("Windows 电脑", "Edge")
        ]
    );
    assert!(device::name().chars().count() <= 40);
}

#[wasm_bindgen_test]
fn moments_are_told_in_the_learners_zone() {
    // 2026-11-23T02:32:40Z is 10:32:40 where the learners live.
    let at = Timestamp(1_795_401_160_000);
    assert_eq!(intl::format(at, Show::TimeToSecond, "zh-CN"), "10:32:40");
    assert_eq!(intl::format(at, Show::Date, "zh-CN"), "2026年11月23日");
    assert_eq!(intl::format(at, Show::Date, "en"), "November 23, 2026");
}

/// A video that really plays: a canvas as a stream.
fn moving_video() -> (HtmlVideoElement, web_sys::HtmlCanvasElement) {
    let canvas: web_sys::HtmlCanvasElement = document()
        .create_element("canvas")
        .unwrap()
        .dyn_into()
        .unwrap();
    canvas.set_width(64);
    canvas.set_height(64);
    let video: HtmlVideoElement = document()
        .create_element("video")
        .unwrap()
        .dyn_into()
        .unwrap();
    video.set_muted(true);
    document().body().unwrap().append_child(&canvas).unwrap();
    document().body().unwrap().append_child(&video).unwrap();
    (video, canvas)
}

fn call(target: &JsValue, name: &str, arguments: &js_sys::Array) -> JsValue {
    let function: js_sys::Function = js_sys::Reflect::get(target, &name.into())
        .unwrap()
        .dyn_into()
        .unwrap();
    function.apply(target, arguments).unwrap()
}

#[wasm_bindgen_test]
async fn a_player_reports_that_the_film_moves_and_counts_its_frames() {
    let (video, canvas) = moving_video();
    let facts = Rc::new(RefCell::new(Vec::new()));
    let list = facts.clone();
    let player = Player::new(video.clone(), move |fact| list.borrow_mut().push(fact));
    let before = player.sample();
    let stream = call(&canvas, "captureStream", &js_sys::Array::of1(&30.into()));
    js_sys::Reflect::set(&video, &"srcObject".into(), &stream).unwrap();
    player.play();
    let pen = call(&canvas, "getContext", &js_sys::Array::of1(&"2d".into()));
    for step in 0..30 {
        let rectangle = [step * 2, 0, 4, 64].map(JsValue::from).iter().collect();
        call(&pen, "fillRect", &rectangle);
        gloo_timers::future::TimeoutFuture::new(40).await;
    }
    let after = player.sample();
    assert!(
        facts.borrow().contains(&PlayerFact::Playing),
        "{:?}",
        facts.borrow()
    );
    assert!(
        after.frames_total > before.frames_total,
        "{before:?} {after:?}"
    );
    assert!(
        after.media_ms > Millis(200) && after.at > before.at,
        "{before:?} {after:?}"
    );

    player.pause();
    gloo_timers::future::TimeoutFuture::new(60).await;
    assert_eq!(facts.borrow().last(), Some(&PlayerFact::Paused));
    assert!(player.paused());

    drop(player);
    let n_facts = facts.borrow().len();
    let _ = video.play();
    gloo_timers::future::TimeoutFuture::new(120).await;
    assert_eq!(
        facts.borrow().len(),
        n_facts,
        "a dropped player still reports"
    );
}
