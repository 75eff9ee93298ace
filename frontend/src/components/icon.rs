//! Icons, inline, so that they follow the colour of the text. From Lucide (ISC), see `icons/LICENSE`.

use leptos::prelude::*;

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident = $file:literal;)*) => {
        /// Which icon.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Icon { $($(#[$doc])* $name,)* }

        impl Icon {
            const fn svg(self) -> &'static str {
                match self { $(Self::$name => include_str!(concat!("../../icons/", $file, ".svg")),)* }
            }
        }
    };
}

icons! {
    /// Classes.
    Book = "book-open";
    /// The study record.
    History = "history";
    /// Proofs.
    Badge = "badge-check";
    /// The person.
    Person = "user-round";
    /// Done, recorded.
    Check = "circle-check";
    /// Under way.
    Dashed = "circle-dashed";
    /// No network.
    CloudOff = "cloud-off";
    /// Look out.
    Triangle = "triangle-alert";
    /// Play, go on.
    Play = "play";
    /// Stands still.
    Pause = "pause";
    /// Again.
    Again = "rotate-cw";
    /// Sign out.
    Leave = "log-out";
    /// Devices.
    Devices = "monitor-smartphone";
    /// Give a file.
    Upload = "upload";
    /// Take a file.
    Download = "download";
    /// A QR code.
    Code = "qr-code";
    /// Language.
    Languages = "languages";
    /// Light.
    Sun = "sun";
    /// Dark.
    Moon = "moon";
    /// As the system says.
    Monitor = "monitor";
    /// Good to know.
    Info = "info";
    /// Cannot be seen.
    EyeOff = "eye-off";
    /// Time.
    Clock = "clock";
    /// Wrong.
    Cross = "circle-x";
    /// Attention.
    Alert = "circle-alert";
    /// Not known.
    Question = "circle-question-mark";
    /// Verified.
    Shield = "shield-check";
    /// The camera.
    Camera = "camera";
    /// To the left.
    Left = "arrow-left";
    /// To the right.
    Right = "arrow-right";
    /// There.
    Forward = "chevron-right";
}

/// An icon that says nothing to a screen reader: the words beside it do.
#[component]
pub fn Glyph(
    /// Which icon.
    icon: Icon,
) -> impl IntoView {
    view! { <span class="icon" aria-hidden="true" inner_html=icon.svg()></span> }
}
