//! Imports a roster: a file, what it would do, and only then the import.

use super::{preview::Preview, words};
use crate::{
    api::{self, Failure},
    browser::{
        clock, document,
        file::{self, Unread},
    },
    components::{
        failure::FailureNotice,
        file_drop::FileDrop,
        icon::{Glyph, Icon},
        say::{live, said},
    },
    i18n::{t_string, use_i18n},
    say, told,
};
use contract::{
    ErrorCode,
    face::Bytes,
    roster::{ImportRoster, PreviewRoster, ROSTER_BYTES_MAX, RosterImported, RosterPreview},
};
use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use study::ClassId;
use web_sys::File;

#[derive(Clone)]
enum Stage {
    Waiting,
    Reading,
    Unread(Unread),
    Refused(Failure),
    Previewed(RosterPreview),
    Importing(RosterPreview),
    NotImported(RosterPreview, Failure),
    Imported(RosterImported),
}

/// The section; tells when somebody was imported.
#[component]
pub fn Import(class: ClassId, imported: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let stage = RwSignal::new(Stage::Waiting);
    // Kept until it is imported: the server keeps nothing of a preview.
    let content = StoredValue::new(Vec::<u8>::new());

    let preview = move || {
        stage.set(Stage::Reading);
        leptos::task::spawn_local(async move {
            let request = PreviewRoster {
                file: Bytes(content.get_value()),
            };
            let next = match api::roster::preview(class, &request).await {
                Ok(preview) => Stage::Previewed(preview),
                Err(failure) => Stage::Refused(failure),
            };
            if stage.try_set(next).is_none() {
                TimeoutFuture::new(0).await;
                document::focus("#preview");
            }
        });
    };
    let take = Callback::new(move |file: File| {
        stage.set(Stage::Reading);
        leptos::task::spawn_local(async move {
            let bytes_max = clock::float(u64::try_from(ROSTER_BYTES_MAX).unwrap_or(u64::MAX));
            match file::bytes(&file, bytes_max).await {
                Ok(bytes) => {
                    content.set_value(bytes);
                    preview();
                }
                Err(unread) => {
                    stage.try_set(Stage::Unread(unread));
                }
            }
        });
    });
    let import = Callback::new(move |previewed: RosterPreview| {
        stage.set(Stage::Importing(previewed.clone()));
        leptos::task::spawn_local(async move {
            let request = ImportRoster {
                file: Bytes(content.get_value()),
                digest: previewed.digest,
            };
            match api::roster::import(class, &request).await {
                Ok(done) => {
                    content.set_value(Vec::new());
                    stage.try_set(Stage::Imported(done));
                    imported.run(());
                }
                Err(failure) => {
                    stage.try_set(Stage::NotImported(previewed, failure));
                }
            }
        });
    });
    let leave = Callback::new(move |()| {
        content.set_value(Vec::new());
        stage.set(Stage::Waiting);
        leptos::task::spawn_local(async {
            TimeoutFuture::new(0).await;
            document::focus("#roster-file");
        });
    });
    let asks = move || {
        matches!(
            stage.get(),
            Stage::Waiting | Stage::Unread(_) | Stage::Refused(_) | Stage::Imported(_)
        )
    };
    view! {
        <section class="card import">
            <h2>{say!(i18n, roster.import)}</h2>
            <Show when=asks>
                <p class="soft">{say!(i18n, roster.import_text)}</p>
                <FileDrop
                    words=told!(i18n, roster.drop)
                    accept=".xlsx,.csv,.txt,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                    id="roster-file"
                    taken=take
                />
                <p>
                    <a href=contract::routes::ROSTER_TEMPLATE rel="external" download="roster.xlsx">
                        <Glyph icon=Icon::Download/> {say!(i18n, roster.template)}
                    </a>
                </p>
            </Show>
            <div aria-live="polite">
                {live(move || match stage.get() {
                    Stage::Waiting => ().into_any(),
                    Stage::Reading => view! { <Working words=Signal::derive(move || t_string!(i18n, roster.reading).to_owned())/> }.into_any(),
                    Stage::Unread(why) => view! {
                        <div class="notice void"><Glyph icon=Icon::Alert/> <p>{said(move || match why {
                            Unread::TooLarge => t_string!(i18n, roster.too_large),
                            Unread::Failed => t_string!(i18n, roster.unread),
                        })}</p></div>
                    }.into_any(),
                    Stage::Refused(failure) => {
                        let again = failure.is_passing();
                        view! {
                            <div class="notice void">
                                <Glyph icon=Icon::Alert/>
                                <div>
                                    <p>{said(move || words::unread(i18n.get_locale(), &failure))}</p>
                                    {again.then(|| view! {
                                        <button type="button" class="secondary" on:click=move |_| preview()>
                                            <Glyph icon=Icon::Again/> {say!(i18n, common.retry)}
                                        </button>
                                    })}
                                </div>
                            </div>
                        }.into_any()
                    }
                    Stage::Previewed(previewed) => view! { <Preview previewed import leave/> }.into_any(),
                    Stage::Importing(previewed) => {
                        let n = previewed.n_invited.saturating_add(previewed.n_enrolled);
                        view! { <Working words=Signal::derive(move || t_string!(i18n, roster.importing, n = n))/> }.into_any()
                    }
                    Stage::NotImported(previewed, failure) => {
                        let outdated = failure.code() == Some(ErrorCode::PreviewOutdated);
                        // What was looked at is not what would happen: look again, and do not lose the file.
                        view! {
                            <FailureNotice failure retry=Callback::new(move |()| if outdated {
                                preview();
                            } else {
                                import.run(previewed.clone());
                            })/>
                        }.into_any()
                    }
                    Stage::Imported(done) => view! { <Imported done/> }.into_any(),
                })}
            </div>
        </section>
    }
}

/// How far along is not known; that it goes on is.
#[component]
fn Working(words: Signal<String>) -> impl IntoView {
    view! {
        <p class="working">{said(move || words.get())}</p>
        <progress aria-label=said(move || words.get())></progress>
    }
}

#[component]
fn Imported(done: RosterImported) -> impl IntoView {
    let i18n = use_i18n();
    let RosterImported {
        n_invited,
        n_enrolled,
        n_left_out,
    } = done;
    view! {
        <div class="notice confirmed">
            <Glyph icon=Icon::Check/>
            <div>
                <p>{said(move || t_string!(i18n, roster.imported, invited = n_invited, enrolled = n_enrolled))}</p>
                {(n_left_out > 0).then(|| view! {
                    <p>{said(move || t_string!(i18n, roster.left_out, n = n_left_out))}</p>
                })}
                {(n_invited > 0).then(|| view! { <p>{say!(i18n, roster.now_hand_out)}</p> })}
            </div>
        </div>
    }
}
