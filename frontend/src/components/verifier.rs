//! Takes a study proof (dropped, picked or pasted) or a claim pack and shows what verification says. Asks no server.

use super::{
    file_drop::FileDrop,
    icon::{Glyph, Icon},
    pack_report::ClaimPack,
    proof_report::ProofReport,
    revocation_report::{Asker, Asking, ListAddress},
    slip_report::SlipNotice,
};
use crate::{
    api,
    browser::{
        address, clock, document,
        file::{self, Unread},
        trust,
    },
    i18n::{t_string, use_i18n},
};
use crate::{
    components::say::{live, said},
    say, told,
};
use contract::{
    credential::StudyProof,
    pack::{PackReport, Verification, archive},
    slip::{self, SlipReport},
    status::{StatusList, asking},
    verify::{Report, TrustAnchors, verify},
};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use web_sys::File;

#[derive(Clone)]
enum Stage {
    Waiting,
    Reading,
    Unread(Unread),
    Empty,
    /// So many rows of a pack are verified, of so many.
    Verifying(usize, usize),
    NotAnArchive,
    /// A status list was put in, and nothing yet that could be asked about.
    ListKept,
    Done(Box<Report>),
    DonePack(Box<PackReport>),
}

/// The verifier.
#[component]
pub fn Verifier() -> impl IntoView {
    let i18n = use_i18n();
    let anchors = RwSignal::new(written_anchors());
    let stage = RwSignal::new(Stage::Waiting);
    let document = RwSignal::new(Vec::<u8>::new());
    let pasted = RwSignal::new(String::new());
    // What a QR code has put behind the address.
    let fragment = RwSignal::new(address::fragment());
    let heard = StoredValue::new_local(address::on_fragment(move || {
        fragment.set(address::fragment());
    }));
    on_cleanup(move || heard.dispose());
    let slip = Memo::new(move |_| {
        fragment.with(|fragment| {
            slip::is_slip(fragment).then(|| anchors.with(|anchors| slip::read(fragment, anchors)))
        })
    });

    let lists = RwSignal::new(Vec::<Result<StatusList, _>>::new());
    let asking = RwSignal::new(Asking::Idle);
    // Verifies what was put in, with the lists that are there.
    let run = move || {
        stage.set(Stage::Reading);
        leptos::task::spawn_local(async move {
            // Lets the browser say that it is working before the page computes.
            TimeoutFuture::new(30).await;
            let anchors = anchors.get_untracked();
            let (lists, now) = (lists.get_untracked(), clock::wall());
            if document.with_untracked(|bytes| archive::is_archive(bytes)) {
                match judge_pack(document, &anchors, stage).await {
                    Some(report) => {
                        let report = report.with_status(&lists, now);
                        stage.set(Stage::DonePack(Box::new(report)));
                    }
                    None => stage.set(Stage::NotAnArchive),
                }
            } else {
                let report = document.with_untracked(|bytes| verify(bytes, &anchors));
                stage.set(Stage::Done(Box::new(report.with_status(&lists, now))));
            }
            TimeoutFuture::new(0).await;
            document::focus("#verdict");
        });
    };
    let judge = move |bytes: Vec<u8>| {
        if asking::is_list(&bytes) {
            lists.update(|lists| lists.push(StatusList::read(&bytes)));
            if document.with_untracked(Vec::is_empty) {
                return stage.set(Stage::ListKept);
            }
        } else {
            document.set(bytes);
        }
        asking.set(Asking::Idle);
        run();
    };
    let ask = move |wanted: Vec<String>| {
        asking.set(Asking::Busy);
        leptos::task::spawn_local(async move {
            for path in wanted {
                match api::status::list(&path).await {
                    Ok(bytes) => lists.update(|lists| lists.push(StatusList::read(&bytes))),
                    Err(_) => return asking.set(Asking::Failed),
                }
            }
            asking.set(Asking::Idle);
            run();
        });
    };
    let asker = move |proofs: Vec<&StudyProof>| {
        let lists = ListAddress::of(proofs.into_iter(), &written_anchors());
        let wanted: Vec<String> = lists.iter().filter_map(|list| list.path.clone()).collect();
        Asker {
            lists,
            asking,
            ask: Callback::new(move |()| ask(wanted.clone())),
        }
    };
    let take = Callback::new(move |file: File| {
        stage.set(Stage::Reading);
        leptos::task::spawn_local(async move {
            let bytes_max =
                clock::float(u64::try_from(archive::ARCHIVE_BYTES_MAX).unwrap_or(u64::MAX));
            match file::bytes(&file, bytes_max).await {
                Ok(bytes) => judge(bytes),
                Err(unread) => stage.set(Stage::Unread(unread)),
            }
        });
    });
    let paste = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        match pasted.get_untracked().trim() {
            "" => stage.set(Stage::Empty),
            text => judge(text.as_bytes().to_vec()),
        }
    };
    let trusted = Callback::new(move |more: TrustAnchors| {
        anchors.update(|anchors| anchors.extend(more));
        if matches!(stage.get_untracked(), Stage::Done(_) | Stage::DonePack(_)) {
            run();
        }
    });

    view! {
        {live(move || slip.get().map(|report| view! { <SlipNotice report/> }).into_any())}
        <FileDrop
            words=told!(i18n, verify.drop)
            accept=".json,.pdf,.zip,application/json,application/vc+json,application/pdf,application/zip"
            taken=take
        />
        <form on:submit=paste>
            <label for="pasted">{say!(i18n, verify.paste)}</label>
            <textarea
                id="pasted"
                rows="4"
                spellcheck="false"
                autocomplete="off"
                prop:value=move || pasted.get()
                on:input=move |event| pasted.set(event_target_value(&event))
            ></textarea>
            <button type="submit"><Glyph icon=Icon::Shield/> {say!(i18n, verify.run)}</button>
        </form>
        <div aria-live="polite">
            {live(move || match stage.get() {
                Stage::Waiting => ().into_any(),
                Stage::Reading => view! { <p class="soft">{say!(i18n, verify.reading)}</p> }.into_any(),
                Stage::Unread(why) => view! {
                    <p class="problem">{said(move || match why {
                        Unread::TooLarge => t_string!(i18n, verify.too_large),
                        Unread::Failed => t_string!(i18n, verify.unread),
                    })}</p>
                }.into_any(),
                Stage::Empty => view! { <p class="problem">{say!(i18n, verify.empty)}</p> }.into_any(),
                Stage::NotAnArchive => view! { <p class="problem">{say!(i18n, pack.not_archive)}</p> }.into_any(),
                Stage::ListKept => view! { <p class="soft">{say!(i18n, revocation.list_kept)}</p> }.into_any(),
                Stage::Verifying(..) | Stage::Done(_) | Stage::DonePack(_) => ().into_any(),
            })}
        </div>
        {live(move || match stage.get() {
            Stage::Verifying(done, n) => view! {
                <label class="working">
                    {said(move || t_string!(i18n, pack.progress, done = done, n = n))}
                    <progress value=done max=n></progress>
                </label>
            }.into_any(),
            Stage::Done(report) => view! {
                {slip.get().map(|slip| view! { <SameProof slip digest=report.digest/> })}
                {
                    let asker = asker(report.proof.as_deref().into_iter().collect());
                    view! { <ProofReport report=*report asker/> }
                }
            }.into_any(),
            Stage::DonePack(report) => {
                let asker = asker(report.learners.iter().filter_map(|row| row.proof.as_deref()).collect());
                view! { <ClaimPack report=*report asker/> }.into_any()
            }
            Stage::Waiting | Stage::Reading | Stage::Unread(_) | Stage::Empty | Stage::NotAnArchive | Stage::ListKept => ().into_any(),
        })}
        <Keys anchors trusted/>
    }
}

/// Rows that are verified between two looks of the browser at the screen.
const ROWS_AT_ONCE: usize = 4;

/// Verifies a pack row by row, so that the page shows how far it is; `None` for what is no archive.
async fn judge_pack(
    document: RwSignal<Vec<u8>>,
    anchors: &TrustAnchors,
    stage: RwSignal<Stage>,
) -> Option<PackReport> {
    let files = document.with_untracked(|bytes| archive::read(bytes)).ok()?;
    let mut verification = Verification::begin(&files, anchors);
    while verification.next_row() {
        if verification.done().is_multiple_of(ROWS_AT_ONCE) {
            stage.set(Stage::Verifying(verification.done(), verification.rows()));
            TimeoutFuture::new(0).await;
        }
    }
    Some(verification.finish())
}

/// Whether what was put in is what the QR code means.
#[component]
fn SameProof(slip: SlipReport, digest: Option<contract::Digest>) -> impl IntoView {
    let i18n = use_i18n();
    let meant = slip.slip.map(|slip| slip.digest);
    meant.map(|meant| {
        let same = digest == Some(meant);
        let tone = if same { "notice info" } else { "notice void" };
        let icon = if same { Icon::Check } else { Icon::Alert };
        view! {
            <div class=tone role="status">
                <Glyph icon/>
                <p>{said(move || if same { t_string!(i18n, verify.slip_same) } else { t_string!(i18n, verify.slip_other) })}</p>
            </div>
        }
    })
}

/// What the server, or whoever built the file, wrote into the page.
fn written_anchors() -> TrustAnchors {
    trust::written_into_page()
        .and_then(|text| TrustAnchors::parse(&text).ok())
        .unwrap_or_default()
}

/// Which keys are believed, and a way to add some.
#[component]
fn Keys(
    #[prop(into)] anchors: Signal<TrustAnchors>,
    trusted: Callback<TrustAnchors>,
) -> impl IntoView {
    let i18n = use_i18n();
    let typed = RwSignal::new(String::new());
    let wrong = RwSignal::new(false);
    let known = move || {
        anchors.with(|anchors| [anchors.issuer_dids.clone(), anchors.ledger_vkeys.clone()].concat())
    };
    let add = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        match TrustAnchors::parse(&typed.get_untracked()) {
            Ok(more) => {
                wrong.set(false);
                typed.set(String::new());
                trusted.run(more);
            }
            Err(_) => wrong.set(true),
        }
    };
    view! {
        <details class="keys">
            <summary>{say!(i18n, verify.keys)}</summary>
            {live(move || {
                let known = known();
                if known.is_empty() {
                    view! { <p class="soft">{t_string!(i18n, verify.keys_none)}</p> }.into_any()
                } else {
                    view! { <ul>{known.into_iter().map(|key| view! { <li><code>{key}</code></li> }).collect_view()}</ul> }.into_any()
                }
            })}
            <form on:submit=add>
                <label for="keys">{say!(i18n, verify.keys_add)}</label>
                <textarea
                    id="keys"
                    rows="3"
                    spellcheck="false"
                    aria-describedby="keys-hint"
                    aria-invalid=move || wrong.get().then_some("true")
                    prop:value=move || typed.get()
                    on:input=move |event| typed.set(event_target_value(&event))
                ></textarea>
                <small id="keys-hint">{say!(i18n, verify.keys_add_hint)}</small>
                <p class="problem" aria-live="polite">{live(move || (wrong.get().then(|| t_string!(i18n, verify.keys_wrong))).into_any())}</p>
                <button type="submit" class="secondary">{say!(i18n, verify.keys_button)}</button>
            </form>
        </details>
    }
}
