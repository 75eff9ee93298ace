//! Scripts beside the app that define elements, each loaded where it is needed and once.

/// Loads the charts of the class board.
pub fn load_charts() {
    load_once(
        "charts",
        concat!("/charts.js?v=", env!("ZHENXUE_CHARTS_VERSION")),
    );
}

/// Puts a script under this `id` into the page, unless it is there.
pub(super) fn load_once(id: &str, address: &str) {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return;
    };
    if document.get_element_by_id(id).is_some() {
        return;
    }
    let (Ok(script), Some(head)) = (document.create_element("script"), document.head()) else {
        return;
    };
    for (name, value) in [("id", id), ("type", "module"), ("src", address)] {
        let _ = script.set_attribute(name, value);
    }
    let _ = head.append_child(&script);
}
