//! My classes: what is due, what counts, where to go on, and which classes are open to join.

use crate::{
    api::{self, Failure},
    browser::intl::Show as Moment,
    components::loaded::loaded,
    components::{
        bars::TwoTone,
        checks::{Missing, Waiting},
        destroyed::DestroyedClass,
        failure::FailureNotice,
        icon::{Glyph, Icon},
        length::{self, moment, text},
        page_title::PageTitle,
    },
    i18n::{t_string, use_i18n},
    state::fetched::Fetched,
    state::identity::use_identity,
};
use crate::{
    components::say::{live, said},
    say, told,
};
use contract::class::{MyClass, OpenClass, UnitProgress};
use leptos::prelude::*;
use leptos_router::components::A;
use study::{ClassId, Millis};

/// The learner's home.
#[component]
pub fn Classes() -> impl IntoView {
    let i18n = use_i18n();
    let identity = use_identity();
    let mine = Fetched::new(identity, || Box::pin(api::my_classes()));
    let open = Fetched::new(identity, || Box::pin(api::open_classes()));
    let joined = move || {
        mine.get()
            .and_then(Result::ok)
            .unwrap_or_default()
            .into_iter()
            .map(|class| class.class)
            .collect::<Vec<_>>()
    };
    view! {
        <PageTitle text=told!(i18n, classes.title)/>
        {loaded(mine, 2, move |classes| {
            if classes.is_empty() {
                return view! { <p class="soft">{say!(i18n, classes.none)}</p> }.into_any();
            }
            classes.into_iter().map(|class| match class.deleted_at {
                Some(at) => view! { <DestroyedClass name=class.name institution=class.institution at/> }.into_any(),
                None => view! { <ClassCard class/> }.into_any(),
            }).collect_view().into_any()
        })}
        {loaded(open, 0, move |classes| {
            let joined = joined();
            let rest: Vec<_> = classes.into_iter().filter(|class| !joined.contains(&class.class)).collect();
            if rest.is_empty() {
                return ().into_any();
            }
            let joined = Callback::new(move |()| { mine.again(); open.again(); });
            view! {
                <h2>{say!(i18n, classes.open)}</h2>
                {rest.into_iter().map(|class| view! { <OpenCard class joined/> }).collect_view()}
            }.into_any()
        })}
    }
}

/// Where a unit is studied.
#[must_use]
pub fn unit_path(class: ClassId, unit: study::UnitId) -> String {
    format!("/classes/{class}/units/{unit}")
}

#[component]
fn ClassCard(class: MyClass) -> impl IntoView {
    let i18n = use_i18n();
    let MyClass {
        class: id,
        name,
        institution,
        due_ms,
        confirmed_ms,
        pending_ms,
        confirmed_hours,
        starts_at,
        ends_at,
        rules,
        units,
        resume,
        checks,
        ..
    } = class;
    let missing = checks.clone();
    let due = length::class_hours(due_ms, rules.class_hour_ms);
    let due_again = due.clone();
    let pending = length::class_hours(pending_ms, rules.class_hour_ms);
    let begun = confirmed_ms.saturating_add(pending_ms) > Millis::ZERO
        || units.iter().any(|unit| unit.position_ms > Millis::ZERO);
    let unit_name = move || t_string!(i18n, classes.unit_name);
    let heading = format!("class-{id}");
    view! {
        <article class="card class" aria-labelledby=heading.clone()>
            <header>
                <h2 id=heading.clone()>{said(move || text(i18n.get_locale(), &name))}</h2>
                <p class="soft">
                    {said(move || text(i18n.get_locale(), &institution))} " · "
                    {said(move || {
                        let locale = i18n.get_locale();
                        let (from, to) = (moment(locale, starts_at, Moment::Date), moment(locale, ends_at, Moment::Date));
                        t_string!(i18n, classes.runs, from = from, to = to)
                    })}
                </p>
            </header>
            <dl class="figures">
                <div><dt>{say!(i18n, classes.due)}</dt><dd>{due} " " <small>{unit_name}</small></dd></div>
                <div class="confirmed"><dt>{say!(i18n, classes.confirmed)}</dt><dd>{confirmed_hours.0} " " <small>{unit_name}</small></dd></div>
                <div><dt>{say!(i18n, classes.pending)}</dt><dd>{pending} " " <small>{unit_name}</small></dd></div>
            </dl>
            <TwoTone
                confirmed=confirmed_ms
                pending=pending_ms
                due=due_ms
                label=Signal::derive(move || {
                    let locale = i18n.get_locale();
                    let (confirmed, due) = (length::words(locale, confirmed_ms), length::words(locale, due_ms));
                    t_string!(i18n, classes.progress, confirmed = confirmed, due = due)
                })
            />
            <p class="soft">{said(move || {
                let locale = i18n.get_locale();
                let (confirmed, due) = (length::words(locale, confirmed_ms), length::words(locale, due_ms));
                t_string!(i18n, classes.progress, confirmed = confirmed, due = due)
            })} " " {say!(i18n, classes.class_hour_note)}</p>
            {checks.map(|checks| view! { <Waiting class=id checks/> })}
            {missing.map(|checks| view! { <Missing checks/> })}
            {resume.map(|unit| view! {
                <A href=unit_path(id, unit) attr:class="button wide big">
                    <Glyph icon=Icon::Play/>
                    {said(move || if begun { t_string!(i18n, classes.resume) } else { t_string!(i18n, classes.start) })}
                </A>
            })}
            <ol class="units" aria-label=move || {
                let due = due_again.clone();
                t_string!(i18n, classes.units_of, due = due)
            }>
                {units.into_iter().map(|unit| view! { <UnitLine class=id unit/> }).collect_view()}
            </ol>
        </article>
    }
}

#[component]
fn UnitLine(class: ClassId, unit: UnitProgress) -> impl IntoView {
    let i18n = use_i18n();
    let UnitProgress {
        unit,
        title,
        film_ms,
        confirmed_ms,
        pending_ms,
        ..
    } = unit;
    let complete = confirmed_ms >= film_ms;
    let words = move || {
        let locale = i18n.get_locale();
        let (confirmed, film) = (
            length::words(locale, confirmed_ms),
            length::words(locale, film_ms),
        );
        t_string!(
            i18n,
            classes.unit_progress,
            confirmed = confirmed,
            film = film
        )
    };
    view! {
        <li>
            <A href=unit_path(class, unit)>
                <span class="line">
                    <Glyph icon=if complete { Icon::Check } else { Icon::Play }/>
                    <span class="grow">{said(move || text(i18n.get_locale(), &title))}</span>
                    <Glyph icon=Icon::Forward/>
                </span>
                <TwoTone confirmed=confirmed_ms pending=pending_ms due=film_ms label=Signal::derive(words)/>
                <small>{words} {live(move || (complete.then(|| t_string!(i18n, classes.complete))).into_any())}</small>
            </A>
        </li>
    }
}

#[component]
fn OpenCard(class: OpenClass, joined: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let OpenClass {
        class: id,
        name,
        institution,
        units,
        due_ms,
        ends_at,
        ..
    } = class;
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let join = move |_| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        leptos::task::spawn_local(async move {
            match api::join_class(id).await {
                Ok(()) => joined.run(()),
                Err(wrong) => failure.set(Some(wrong)),
            }
            busy.set(false);
        });
    };
    view! {
        <article class="card open-class">
            <h3>{said(move || text(i18n.get_locale(), &name))}</h3>
            <p class="soft">
                {said(move || text(i18n.get_locale(), &institution))} " · "
                {said(move || {
                    let locale = i18n.get_locale();
                    let (length, until) = (length::words(locale, due_ms), moment(locale, ends_at, Moment::Date));
                    t_string!(i18n, classes.open_line, units = units, length = length, until = until)
                })}
            </p>
            {live(move || (failure.get().map(|failure| view! { <FailureNotice failure/> })).into_any())}
            <button type="button" on:click=join aria-disabled=said(move || busy.get().to_string())>
                {said(move || if busy.get() { t_string!(i18n, classes.joining) } else { t_string!(i18n, classes.join) })}
            </button>
        </article>
    }
}
