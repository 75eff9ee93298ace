//! What is on the screen as a file.

use super::live::LiveBoard;
use crate::{
    api::{self, Failure},
    browser::{
        annex::{self, Told},
        file,
    },
    components::{
        failure::FailureNotice,
        icon::{Glyph, Icon},
        length::text,
        say::{live, said},
    },
    i18n::{Locale, t_string, use_i18n},
    say, told,
};
use contract::board::{ExportBoard, ExportFormat, ExportLanguage};
use leptos::prelude::*;

/// Two buttons.
#[component]
pub fn Export(board: LiveBoard) -> impl IntoView {
    let i18n = use_i18n();
    let busy = RwSignal::new(false);
    let done = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let export = move |format: ExportFormat| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        done.set(false);
        failure.set(None);
        let locale = i18n.get_locale_untracked();
        let wish = ExportBoard {
            view: board.view.get_untracked(),
            format,
            language: match locale {
                Locale::zh_CN => ExportLanguage::Zh,
                Locale::en => ExportLanguage::En,
            },
        };
        let name = board.head.with_untracked(|head| {
            head.as_ref()
                .map_or_else(String::new, |head| text(locale, &head.name))
        });
        let name = t_string!(i18n, board.file, name = name);
        leptos::task::spawn_local(async move {
            match api::board::export(board.class, &wish).await {
                Ok(bytes) => {
                    let (kind, end) = match format {
                        ExportFormat::Csv => ("text/csv", "csv"),
                        ExportFormat::Xlsx => (
                            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                            "xlsx",
                        ),
                    };
                    done.try_set(file::save_bytes(&format!("{name}.{end}"), kind, &bytes));
                }
                Err(wrong) => {
                    if wrong.is_signed_out() {
                        annex::tell(Told::SignedOut);
                    }
                    failure.try_set(Some(wrong));
                }
            }
            busy.try_set(false);
        });
    };
    let button = move |format: ExportFormat, words: Signal<String>| {
        view! {
            <button type="button" class="secondary" aria-disabled=said(move || busy.get().to_string()) on:click=move |_| export(format)>
                <Glyph icon=Icon::Download/> {said(move || words.get())}
            </button>
        }
    };
    view! {
        <h3>{say!(i18n, board.export)}</h3>
        <p class="soft">{say!(i18n, board.export_note)}</p>
        <div class="choices">
            {button(ExportFormat::Csv, told!(i18n, board.csv))}
            {button(ExportFormat::Xlsx, told!(i18n, board.xlsx))}
        </div>
        <p role="status" class="good-words">{live(move || done.get().then(|| view! { <span>{say!(i18n, board.exported)}</span> }).into_any())}</p>
        {live(move || failure.get().map(|failure| view! { <FailureNotice failure/> }).into_any())}
    }
}
