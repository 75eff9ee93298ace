//! Enrolments to compare with the ID card.

use super::{Done, Reason, photos::Photos};
use crate::{
    api::{self, Failure},
    browser::intl::Show as Moment,
    components::{
        failure::FailureNotice,
        icon::{Glyph, Icon},
        length::moment,
        loaded::loaded,
        say::{live, said},
    },
    i18n::use_i18n,
    say,
    state::fetched::Fetched,
    told,
};
use contract::face::{DecideEnrolment, EnrolmentToConfirm};
use leptos::prelude::*;

/// Cards whose pictures are fetched at once.
const N_SOON: usize = 3;

/// The list.
#[component]
pub fn Enrolments() -> impl IntoView {
    let i18n = use_i18n();
    let list = Fetched::outside(|| Box::pin(api::face::enrolments()));
    let done = RwSignal::new(false);
    let decided = Callback::new(move |()| {
        done.set(true);
        list.again();
    });
    view! {
        <h2>{say!(i18n, staff.enrolments)}</h2>
        <Done done/>
        {loaded(list, 1, move |list| {
            if list.is_empty() {
                return view! { <p class="soft">{say!(i18n, staff.enrolments_none)}</p> }.into_any();
            }
            view! {
                <p class="soft">{say!(i18n, staff.compare)}</p>
                {list.into_iter().enumerate().map(|(idx, enrolment)| view! {
                    <Card enrolment soon={idx < N_SOON} decided/>
                }).collect_view()}
            }.into_any()
        })}
    }
}

#[component]
fn Card(enrolment: EnrolmentToConfirm, soon: bool, decided: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let EnrolmentToConfirm {
        enrolment: id,
        name,
        id_number,
        at,
        frames,
        look_alike,
        ..
    } = enrolment;
    let returning = RwSignal::new(false);
    let reason = RwSignal::new(String::new());
    let missing = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let decide = move |confirmed: bool| {
        let why = reason.get_untracked().trim().to_string();
        if !confirmed && why.is_empty() {
            missing.set(true);
            return;
        }
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let decision = DecideEnrolment {
            confirmed,
            reason: if confirmed { String::new() } else { why },
        };
        leptos::task::spawn_local(async move {
            match api::face::decide_enrolment(id, &decision).await {
                Ok(()) => decided.run(()),
                Err(wrong) => {
                    failure.try_set(Some(wrong));
                }
            }
            busy.try_set(false);
        });
    };
    view! {
        <article class="card">
            <h3>{name}</h3>
            <dl class="facts">
                <div><dt>{say!(i18n, staff.id_number)}</dt><dd><code class="number">{id_number}</code></dd></div>
                <div><dt>{say!(i18n, staff.enrolled_at)}</dt><dd>{said(move || moment(i18n.get_locale(), at, Moment::DateAndTime))}</dd></div>
            </dl>
            {look_alike.then(|| view! {
                <div class="notice pending"><Glyph icon=Icon::Triangle/> <p>{say!(i18n, staff.look_alike)}</p></div>
            })}
            <Photos frames label=told!(i18n, staff.enrolled) soon/>
            {live(move || failure.get().map(|failure| view! { <FailureNotice failure/> }).into_any())}
            <Show when=move || returning.get()>
                <Reason id=format!("reason-{id}") value=reason missing label=told!(i18n, staff.reason_return)/>
            </Show>
            <div class="choices">
                <Show when=move || !returning.get()>
                    <button type="button" aria-disabled=said(move || busy.get().to_string()) on:click=move |_| decide(true)>
                        {say!(i18n, staff.confirm)}
                    </button>
                </Show>
                <button
                    type="button"
                    class="secondary"
                    aria-disabled=said(move || busy.get().to_string())
                    on:click=move |_| if returning.get_untracked() { decide(false) } else { returning.set(true) }
                >
                    {say!(i18n, staff.send_back)}
                </button>
                <Show when=move || returning.get()>
                    <button type="button" class="quiet" on:click=move |_| returning.set(false)>{say!(i18n, staff.cancel)}</button>
                </Show>
            </div>
        </article>
    }
}
