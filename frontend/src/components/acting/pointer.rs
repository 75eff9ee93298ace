//! Moving where a learner's film goes on: for a film that will not play past a place. Hours stay as they are.

use crate::{
    api::{self, Failure},
    browser::annex::{self, Told},
    components::{
        face::staff::Reason,
        failure::FailureNotice,
        icon::{Glyph, Icon},
        length::{self, text},
        loaded::loaded,
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say,
    state::fetched::Fetched,
    told,
};
use contract::acting::{MovePointer as Wish, UnitPointer};
use leptos::prelude::*;
use study::{ClassId, Millis, PersonId, UnitId};

/// The button, then the form.
#[component]
pub fn MovePointer(class: ClassId, person: PersonId, moved: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    let done = RwSignal::new(false);
    let close = Callback::new(move |moved_it: bool| {
        open.set(false);
        done.set(moved_it);
        if moved_it {
            moved.run(());
        }
    });
    view! {
        <p role="status" class="good-words">{said(move || if done.get() { t_string!(i18n, pointer.done) } else { "" })}</p>
        {live(move || if open.get() {
            let pointers = Fetched::outside(move || Box::pin(api::acting::pointers(class, person)));
            view! {
                <section class="card">
                    <h3>{say!(i18n, pointer.title)}</h3>
                    <p class="soft">{say!(i18n, pointer.note)}</p>
                    {loaded(pointers, 1, move |pointers| view! { <Form class person pointers close/> }.into_any())}
                </section>
            }.into_any()
        } else {
            view! {
                <p><button type="button" class="secondary" on:click=move |_| { done.set(false); open.set(true); }>
                    <Glyph icon=Icon::Forward/> {say!(i18n, pointer.open)}
                </button></p>
            }.into_any()
        })}
    }
}

#[component]
fn Form(
    class: ClassId,
    person: PersonId,
    pointers: Vec<UnitPointer>,
    close: Callback<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    // The one they are in the middle of, else the first.
    let current = pointers
        .iter()
        .find(|one| one.position_ms > Millis::ZERO && one.position_ms < one.film_ms)
        .or_else(|| pointers.first())
        .cloned();
    let unit = RwSignal::new(current.as_ref().map(|one| one.unit));
    let place =
        RwSignal::new(current.map_or_else(String::new, |one| length::place(one.position_ms)));
    let pointers = StoredValue::new(pointers);
    let chosen = move |unit: Option<UnitId>| {
        pointers.with_value(|all| all.iter().find(|one| Some(one.unit) == unit).cloned())
    };
    let reason = RwSignal::new(String::new());
    let missing = RwSignal::new(false);
    let wrong = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(pointer) = chosen(unit.get_untracked()) else {
            return;
        };
        let to_ms = place_of(&place.get_untracked())
            .filter(|to| *to <= pointer.film_ms && *to != pointer.position_ms);
        let why = reason.get_untracked().trim().to_string();
        wrong.set(to_ms.is_none());
        missing.set(why.is_empty());
        let Some(to_ms) = to_ms.filter(|_| !why.is_empty() && !busy.get_untracked()) else {
            return;
        };
        busy.set(true);
        failure.set(None);
        let wish = Wish {
            unit: pointer.unit,
            to_ms,
            reason: why,
        };
        leptos::task::spawn_local(async move {
            match api::acting::move_pointer(class, person, &wish).await {
                Ok(_) => close.run(true),
                Err(refused) => {
                    if refused.is_signed_out() {
                        annex::tell(Told::SignedOut);
                    }
                    failure.try_set(Some(refused));
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <form on:submit=submit>
            <div class="field">
                <label for="pointer-unit">{say!(i18n, pointer.unit)}</label>
                <select id="pointer-unit" on:change=move |event| {
                    let now = event_target_value(&event).parse().ok();
                    unit.set(now);
                    wrong.set(false);
                    if let Some(one) = chosen(now) {
                        place.set(length::place(one.position_ms));
                    }
                }>
                    {pointers.get_value().into_iter().map(|one| {
                        let id = one.unit;
                        view! {
                            <option value=id.to_string() selected=unit.get_untracked() == Some(id)>
                                {said(move || text(i18n.get_locale(), &one.title))}
                            </option>
                        }
                    }).collect_view()}
                </select>
                <small class="hint">{said(move || chosen(unit.get()).map_or_else(String::new, |one| {
                    let (at, of) = (length::place(one.position_ms), length::place(one.film_ms));
                    t_string!(i18n, pointer.now, at = at, of = of)
                }))}</small>
            </div>
            <div class="field">
                <label for="pointer-to">{say!(i18n, pointer.to)}</label>
                <input
                    id="pointer-to"
                    type="text"
                    inputmode="numeric"
                    autocomplete="off"
                    maxlength="8"
                    aria-describedby="pointer-to-problem"
                    aria-invalid=move || wrong.get().then_some("true")
                    prop:value=move || place.get()
                    on:input=move |event| { place.set(event_target_value(&event)); wrong.set(false); }
                />
                <p id="pointer-to-problem" class="problem" aria-live="polite">
                    {said(move || if wrong.get() { t_string!(i18n, pointer.to_wrong) } else { "" })}
                </p>
            </div>
            <Reason id="pointer-reason".to_string() value=reason missing label=told!(i18n, pointer.reason)/>
            {live(move || failure.get().map(|failure| view! { <FailureNotice failure/> }).into_any())}
            <div class="choices">
                <button type="submit" aria-disabled=said(move || busy.get().to_string())>{say!(i18n, pointer.go)}</button>
                <button type="button" class="secondary" on:click=move |_| close.run(false)>{say!(i18n, pointer.cancel)}</button>
            </div>
        </form>
    }
}

/// `12:30` or `1:05:00`, as [`length::place`] writes it.
#[must_use]
pub fn place_of(typed: &str) -> Option<Millis> {
    let typed = typed.trim().replace('：', ":");
    let mut s = 0_u64;
    let mut n = 0;
    for part in typed.split(':') {
        let part: u64 = part.trim().parse().ok()?;
        if n > 0 && part > 59 {
            return None;
        }
        s = s.checked_mul(60)?.checked_add(part)?;
        n += 1;
    }
    (2..=3)
        .contains(&n)
        .then_some(Millis(s.checked_mul(1_000)?))
}
