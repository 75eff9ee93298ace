//! Under the film: whether this moment counts, the two bars, totals, and what was not credited.

use crate::{
    components::say::{live, said},
    say,
};
use crate::{
    components::{
        bars::{CoverageBar, PositionBar},
        icon::{Glyph, Icon},
        length,
        link_state::{LinkDot, OfflineBanner},
        reason,
    },
    i18n::{t_string, use_i18n},
    state::{note::Note, study::Study},
};
use contract::beat::StudyStarted;
use leptos::prelude::*;
use leptos_router::components::A;
use study::{Coverage, Millis, session::State};

/// Status, the two bars, totals, and the list of what was not credited.
#[component]
pub fn Progress(
    /// The study.
    study: Study,
    /// What the server granted.
    started: StudyStarted,
) -> impl IntoView {
    let i18n = use_i18n();
    let film_ms = started.film_ms;
    let rate_max = started.rules.rate_max_permille;
    let (buffer, day_cap) = (started.rules.offline_buffer_ms, started.rules.day_cap_ms);
    let position = Memo::new(move |_| {
        study
            .view
            .with(|view| view.as_ref().map_or(Millis::ZERO, |view| view.media_ms))
    });
    let covered = Memo::new(move |_| {
        study.view.with(|view| {
            view.as_ref()
                .map_or(Coverage::default(), |view| view.covered.clone())
        })
    });
    let today = Memo::new(move |_| {
        study.view.with(|view| {
            view.as_ref()
                .map_or(Millis::ZERO, |view| view.day_credited_ms)
        })
    });
    let position_words = Signal::derive(move || {
        let (at, film) = (length::place(position.get()), length::place(film_ms));
        t_string!(i18n, watch.position, at = at, film = film)
    });
    let credited_words = Signal::derive(move || {
        let locale = i18n.get_locale();
        let (credited, film) = (
            length::words(locale, covered.with(Coverage::len)),
            length::words(locale, film_ms),
        );
        t_string!(i18n, watch.credited, credited = credited, film = film)
    });
    view! {
        <section class="progress" aria-label=say!(i18n, watch.progress)>
            <div class="status-line">
                <Status study/>
                <LinkDot/>
            </div>
            <OfflineBanner buffer/>
            <div class="two-bars">
                <p>{position_words}</p>
                <PositionBar at=position film=film_ms label=position_words/>
                <p class="strong">{credited_words}</p>
                <CoverageBar covered film=film_ms label=credited_words/>
            </div>
            <p class="soft">
                {said(move || {
                    let locale = i18n.get_locale();
                    let (today, cap) = (length::words(locale, today.get()), length::words(locale, day_cap));
                    t_string!(i18n, watch.today, today = today, cap = cap)
                })} " "
                {said(move || {
                    let rate = format!("{}.{}", rate_max / 1_000, rate_max % 1_000 / 100);
                    t_string!(i18n, watch.speed_note, rate = rate)
                })}
            </p>
        </section>
        <Notes study/>
    }
}

/// Whether this moment counts.
#[component]
fn Status(study: Study) -> impl IntoView {
    let i18n = use_i18n();
    let now = Memo::new(move |_| {
        study
            .view
            .with(|view| view.as_ref().map(|view| (view.state, view.not_earning)))
    });
    view! {
        <p class="status" aria-live="polite">
            {live(move || match now.get() {
                None => ().into_any(),
                Some((State::Unfocused, None)) => view! {
                    <span class="tone pending"><Glyph icon=Icon::EyeOff/> {t_string!(i18n, watch.unfocused)}</span>
                }.into_any(),
                Some((State::Watching | State::Paused | State::Stalled | State::Hidden | State::LeaseLost, None)) => view! {
                    <span class="tone good"><Glyph icon=Icon::Clock/> {t_string!(i18n, watch.counting)}</span>
                }.into_any(),
                Some((_, Some(why))) => view! {
                    <span class="tone off">
                        <Glyph icon=reason::icon(why)/>
                        {t_string!(i18n, watch.not_counting)} {reason::words(i18n.get_locale(), why)}
                    </span>
                }.into_any(),
            })}
        </p>
    }
}

/// What was not credited, newest first, one calm line each.
#[component]
fn Notes(study: Study) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Show when=move || study.notes.with(|notes| notes.iter().any(Note::worth_saying))>
            <section class="notes" aria-labelledby="notes-title">
                <h2 id="notes-title">{say!(i18n, watch.notes)}</h2>
                <ul>
                    {live(move || (study.notes.get().into_iter().filter(Note::worth_saying).map(|note| {
                        let locale = i18n.get_locale();
                        let length = (note.ms >= Millis(1_000)).then(|| length::words(locale, note.ms));
                        let place = (!note.media.is_empty()).then(|| {
                            format!("{}–{}", length::place(note.media.from), length::place(note.media.to))
                        });
                        view! {
                            <li>
                                <Glyph icon=reason::icon(note.reason)/>
                                <span class="grow">{reason::words(locale, note.reason)}</span>
                                <small>{place} " " {length}</small>
                            </li>
                        }
                    }).collect_view()).into_any())}
                </ul>
                <p class="soft"><A href="/record">{say!(i18n, watch.all_in_record)}</A></p>
            </section>
        </Show>
    }
}
