//! The keys that this page trusts, as the server (or whoever built the file) wrote them into it.

/// The JSON of `<meta name="zhenxue-trust" content="…">` or `<script type="application/json" id="trust">`, if it is there.
#[must_use]
pub fn written_into_page() -> Option<String> {
    let document = web_sys::window()?.document()?;
    let meta = document
        .query_selector(r#"meta[name="zhenxue-trust"]"#)
        .ok()
        .flatten()
        .and_then(|element| element.get_attribute("content"));
    let block = || {
        document
            .get_element_by_id("trust")
            .and_then(|element| element.text_content())
    };
    meta.or_else(block).filter(|json| !json.trim().is_empty())
}
