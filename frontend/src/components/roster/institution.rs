//! The classes of an institution, and the way to open one.

use super::{open_class::OpenClass, words};
use crate::{
    api,
    components::{
        destroyed::DestroyedMark,
        icon::{Glyph, Icon},
        length::text,
        loaded::loaded,
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say,
    state::fetched::Fetched,
};
use contract::roster::InstitutionClass;
use leptos::prelude::*;

/// The screen.
#[component]
pub fn Institution() -> impl IntoView {
    let i18n = use_i18n();
    let classes = Fetched::outside(|| Box::pin(api::roster::classes()));
    let opening = RwSignal::new(false);
    let opened = RwSignal::new(None::<InstitutionClass>);
    view! {
        <Show
            when=move || opening.get()
            fallback=move || view! {
                <p>
                    <button type="button" class="big" on:click=move |_| { opened.set(None); opening.set(true); }>
                        <Glyph icon=Icon::Book/> {say!(i18n, institution.open)}
                    </button>
                </p>
            }
        >
            <OpenClass done=Callback::new(move |class: Option<InstitutionClass>| {
                opening.set(false);
                if class.is_some() {
                    opened.set(class);
                    classes.again();
                }
            })/>
        </Show>
        <div role="status">{live(move || opened.get().map(|class| view! {
            <div class="notice confirmed">
                <Glyph icon=Icon::Check/>
                <div>
                    <p>{said({
                        let name = class.name.clone();
                        move || t_string!(i18n, institution.opened, name = text(i18n.get_locale(), &name))
                    })}</p>
                    <a class="button" href=format!("/classes/{}/roster", class.class)>
                        <Glyph icon=Icon::Upload/> {say!(i18n, institution.go_import)}
                    </a>
                </div>
            </div>
        }).into_any())}</div>
        {loaded(classes, 2, move |list| {
            if list.is_empty() {
                return view! { <p class="soft">{say!(i18n, institution.none)}</p> }.into_any();
            }
            list.into_iter().map(|class| view! { <Card class/> }).collect_view().into_any()
        })}
    }
}

#[component]
fn Card(class: InstitutionClass) -> impl IntoView {
    let i18n = use_i18n();
    let InstitutionClass {
        class: id,
        name,
        course,
        rules,
        open,
        starts_at,
        ends_at,
        n_enrolled,
        n_invited,
        deleted_at,
        ..
    } = class;
    view! {
        <article class="card">
            <h2>{said(move || text(i18n.get_locale(), &name))}</h2>
            <p class="soft">{said(move || text(i18n.get_locale(), &course))}</p>
            <p>
                {said(move || words::days(i18n.get_locale(), starts_at, ends_at))}
                {open.then(|| view! { <span class="tag">{say!(i18n, institution.open_to_all)}</span> })}
            </p>
            <p class="soft"><small>{say!(i18n, institution.rules_named, rules = rules.clone())}</small></p>
            <dl class="figures two">
                <div class="confirmed"><dt>{say!(i18n, institution.enrolled)}</dt><dd>{n_enrolled}</dd></div>
                <div><dt>{say!(i18n, institution.invited)}</dt><dd>{n_invited}</dd></div>
            </dl>
            {match deleted_at {
                Some(at) => view! { <DestroyedMark at/> }.into_any(),
                None => view! {
                    <a class="button secondary" href=format!("/classes/{id}/roster")>
                        {say!(i18n, institution.go_roster)} <Glyph icon=Icon::Forward/>
                    </a>
                }.into_any(),
            }}
        </article>
    }
}
