//! How my identity is checked: the consent, or where I stand after it, with enrolment and withdrawal.

use super::{
    consent::{Choice, ConsentText, choose},
    enrol::Enrolment,
};
use crate::{
    api::{self, Failure},
    browser::{
        annex::{self, Told},
        intl::Show as Moment,
    },
    components::{
        failure::FailureNotice,
        icon::{Glyph, Icon},
        length::moment,
        loaded::loaded,
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say,
    state::fetched::Fetched,
};
use contract::face::{EnrolmentState, IdentityWay, MyFace};
use leptos::prelude::*;

/// The screen.
#[component]
pub fn Identity() -> impl IntoView {
    let i18n = use_i18n();
    let mine = Fetched::outside(|| Box::pin(api::face::my_face()));
    let withdrawn = RwSignal::new(false);
    let changed = Callback::new(move |()| {
        annex::tell(Told::Changed);
        mine.again();
    });
    view! {
        <div class="reading">
            <p role="status" class="good-words">
                {live(move || withdrawn.get().then(|| t_string!(i18n, consent.withdrawn)).into_any())}
            </p>
            {loaded(mine, 2, move |mine| {
                let text = mine.text.clone();
                match mine.way {
                    None => view! {
                        <ConsentText mine/>
                        <Choice text chosen=changed/>
                    }.into_any(),
                    Some(IdentityWay::Face) => view! { <WithFace mine changed withdrawn/> }.into_any(),
                    Some(IdentityWay::Supervised) => view! { <WithTeacher mine changed/> }.into_any(),
                }
            })}
        </div>
    }
}

/// Agreed: enrolment, and the way back.
#[component]
fn WithFace(mine: MyFace, changed: Callback<()>, withdrawn: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let MyFace {
        chosen_at,
        text,
        older_text,
        enrolment,
        models,
        ..
    } = mine.clone();
    let again = RwSignal::new(false);
    let sure = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let text = StoredValue::new(text);
    let gone = Callback::new(move |()| {
        withdrawn.set(true);
        changed.run(());
    });
    let models = StoredValue::new(models);
    let needed = matches!(enrolment, EnrolmentState::None | EnrolmentState::Refused);
    view! {
        <section class="card">
            <h2>{say!(i18n, enrol.title)}</h2>
            <Stand enrolment/>
            {live(move || if needed || again.get() {
                view! { <Enrolment models=models.get_value() done=changed/> }.into_any()
            } else {
                view! {
                    <div class="choices">
                        <a href="/classes" class="button">{t_string!(i18n, enrol.to_classes)}</a>
                        <a href="/device" class="button secondary">{t_string!(i18n, enrol.to_device)}</a>
                        <button type="button" class="secondary" on:click=move |_| again.set(true)>
                            {t_string!(i18n, enrol.again)}
                        </button>
                    </div>
                }.into_any()
            })}
        </section>
        <section class="card">
            <h2>{say!(i18n, consent.withdraw_title)}</h2>
            {chosen_at.map(|at| view! {
                <p>{said(move || {
                    let at = moment(i18n.get_locale(), at, Moment::DateAndTime);
                    t_string!(i18n, consent.way_face, at = at)
                })}</p>
            })}
            {live(move || failure.get().map(|failure| view! { <FailureNotice failure/> }).into_any())}
            {older_text.then(|| view! {
                <div class="notice info">
                    <Glyph icon=Icon::Info/>
                    <div>
                        <p>{say!(i18n, consent.older)}</p>
                        <button type="button" class="secondary" aria-disabled=said(move || busy.get().to_string())
                            on:click=move |_| choose(IdentityWay::Face, text.get_value(), busy, failure, changed)>
                            {say!(i18n, consent.agree_anew)}
                        </button>
                    </div>
                </div>
            })}
            {live(move || if sure.get() {
                view! {
                    <div class="notice pending" role="alert">
                        <Glyph icon=Icon::Triangle/>
                        <div>
                            <p>{t_string!(i18n, consent.withdraw_sure)}</p>
                            <div class="choices">
                                <button type="button" aria-disabled=said(move || busy.get().to_string())
                                    on:click=move |_| choose(IdentityWay::Supervised, text.get_value(), busy, failure, gone)>
                                    {t_string!(i18n, consent.withdraw_yes)}
                                </button>
                                <button type="button" class="secondary" on:click=move |_| sure.set(false)>
                                    {t_string!(i18n, consent.withdraw_no)}
                                </button>
                            </div>
                        </div>
                    </div>
                }.into_any()
            } else {
                view! {
                    <button type="button" class="secondary" on:click=move |_| sure.set(true)>
                        {t_string!(i18n, consent.withdraw_go)}
                    </button>
                }.into_any()
            })}
            <details>
                <summary>{say!(i18n, consent.read_again)}</summary>
                <ConsentText mine/>
            </details>
        </section>
    }
}

/// How far the enrolment is.
#[component]
fn Stand(enrolment: EnrolmentState) -> impl IntoView {
    let i18n = use_i18n();
    let (tone, icon, words) = match enrolment {
        EnrolmentState::None => return ().into_any(),
        EnrolmentState::Waiting => ("notice info", Icon::Clock, say!(i18n, enrol.waiting)),
        EnrolmentState::Confirmed => (
            "notice confirmed",
            Icon::Shield,
            say!(i18n, enrol.confirmed),
        ),
        EnrolmentState::Refused => ("notice pending", Icon::Alert, say!(i18n, enrol.refused)),
    };
    view! { <div class=tone role="status"><Glyph icon/> <p>{words}</p></div> }.into_any()
}

/// Not agreed: how it goes, and the way to the other choice.
#[component]
fn WithTeacher(mine: MyFace, changed: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let at = mine.chosen_at;
    let text = mine.text.clone();
    view! {
        <section class="card">
            {at.map(|at| view! {
                <p><strong>{said(move || {
                    let at = moment(i18n.get_locale(), at, Moment::DateAndTime);
                    t_string!(i18n, consent.way_supervised, at = at)
                })}</strong></p>
            })}
            <p>{say!(i18n, consent.supervised_text)}</p>
            <a href="/classes" class="button">{say!(i18n, enrol.to_classes)}</a>
        </section>
        <details class="card">
            <summary>{say!(i18n, consent.to_face)}</summary>
            <ConsentText mine/>
            <Choice text chosen=changed/>
        </details>
    }
}
