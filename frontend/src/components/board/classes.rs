//! The classes of the institution, each with the way to its board.

use crate::{
    api,
    browser::intl::Show as Moment,
    components::{
        destroyed::DestroyedMark,
        icon::{Glyph, Icon},
        length::{moment, text},
        loaded::loaded,
        say::said,
    },
    i18n::{t_string, use_i18n},
    say,
    state::fetched::Fetched,
};
use leptos::prelude::*;

/// The list.
#[component]
pub fn StaffClasses() -> impl IntoView {
    let i18n = use_i18n();
    let classes = Fetched::outside(|| Box::pin(api::board::classes()));
    view! {
        <h2>{say!(i18n, board.classes)}</h2>
        {loaded(classes, 1, move |classes| {
            if classes.is_empty() {
                return view! { <p class="soft">{say!(i18n, board.classes_none)}</p> }.into_any();
            }
            view! {
                <ul class="rows">
                    {classes.into_iter().map(|class| {
                        let (name, n) = (class.name.clone(), class.learners);
                        let heading = format!("board-of-{}", class.class);
                        view! {
                            <li>
                                <Glyph icon=Icon::Book/>
                                <div class="grow">
                                    <strong id=heading.clone()>{said(move || text(i18n.get_locale(), &name))}</strong>
                                    <small>
                                        {said(move || text(i18n.get_locale(), &class.course))} " · "
                                        {said(move || {
                                            let locale = i18n.get_locale();
                                            let from = moment(locale, class.starts_at, Moment::Date);
                                            let to = moment(locale, class.ends_at, Moment::Date);
                                            t_string!(i18n, classes.runs, from = from, to = to)
                                        })} " · "
                                        {said(move || t_string!(i18n, board.n_learners, n = n))}
                                    </small>
                                    {class.deleted_at.map(|at| view! { <DestroyedMark at/> })}
                                </div>
                                {class.deleted_at.is_none().then(|| view! {
                                <a href=format!("/classes/{}/board", class.class) class="button secondary" aria-describedby=heading>
                                    {say!(i18n, board.open)}
                                </a>
                                })}
                            </li>
                        }
                    }).collect_view()}
                </ul>
            }.into_any()
        })}
    }
}
