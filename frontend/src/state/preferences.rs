//! Language and theme: what the system says, until the person says otherwise.

use crate::{
    browser::{
        document,
        storage::{self, Shelf},
    },
    i18n::Locale,
};
use leptos::prelude::*;
use leptos_i18n::I18nContext;

const LANGUAGE: &str = "zhenxue.language";
const THEME: &str = "zhenxue.theme";

/// Light, dark, or as the system says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// As the system says.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    fn word(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

/// The chosen theme, for every page.
#[derive(Clone, Copy)]
pub struct Preferences {
    /// The theme.
    pub theme: RwSignal<Theme>,
    i18n: I18nContext<Locale>,
}

impl Preferences {
    /// Applies what was chosen earlier and makes it available.
    pub fn provide(i18n: I18nContext<Locale>) -> Self {
        let theme = match storage::read(Shelf::Browser, THEME).as_deref() {
            Some("light") => Theme::Light,
            Some("dark") => Theme::Dark,
            _ => Theme::System,
        };
        i18n.set_locale(chosen_locale());
        let preferences = Self {
            theme: RwSignal::new(theme),
            i18n,
        };
        Effect::new(move || document::set_theme(preferences.theme.get().word()));
        Effect::new(move || document::set_language(tag(i18n.get_locale())));
        provide_context(preferences);
        preferences
    }

    /// Chooses a theme.
    pub fn choose_theme(self, theme: Theme) {
        match theme.word() {
            Some(word) => {
                storage::write(Shelf::Browser, THEME, word);
            }
            None => storage::remove(Shelf::Browser, THEME),
        }
        self.theme.set(theme);
    }

    /// Chooses a language.
    pub fn choose_locale(self, locale: Locale) {
        storage::write(Shelf::Browser, LANGUAGE, tag(locale));
        self.i18n.set_locale(locale);
    }
}

/// The preferences of this page.
///
/// # Panics
/// Outside the app.
#[must_use]
pub fn use_preferences() -> Preferences {
    expect_context()
}

/// The BCP 47 tag of a language.
#[must_use]
pub fn tag(locale: Locale) -> &'static str {
    match locale {
        Locale::zh_CN => "zh-CN",
        Locale::en => "en",
    }
}

/// Speaks the language of the page around, now and later.
pub fn follow(i18n: I18nContext<Locale>) {
    let adopt = move || {
        if let Some(locale) = document::language().and_then(|tag| known(&tag)) {
            i18n.set_locale(locale);
        }
    };
    adopt();
    let guard = StoredValue::new_local(document::on_language(adopt));
    on_cleanup(move || guard.dispose());
}

fn known(tag: &str) -> Option<Locale> {
    match tag.to_ascii_lowercase().split('-').next() {
        Some("zh") => Some(Locale::zh_CN),
        Some("en") => Some(Locale::en),
        _ => None,
    }
}

/// Chosen earlier, or the first that the browser asks for and we speak. Whoever asks for neither gets Chinese.
fn chosen_locale() -> Locale {
    storage::read(Shelf::Browser, LANGUAGE)
        .and_then(|tag| known(&tag))
        .or_else(|| document::languages().iter().find_map(|tag| known(tag)))
        .unwrap_or(Locale::zh_CN)
}
