//! Starts the page.

fn main() {
    console_error_panic_hook::set_once();
    frontend::browser::document::remove_placeholder();
    leptos::mount::mount_to_body(frontend::app::App);
}
