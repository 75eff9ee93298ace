//! A study sheet: the PDF that carries a credential. What is verified is the credential inside, never the page.

/// What every PDF begins with.
const PDF: &[u8] = b"%PDF-";
/// The dictionary of an attachment. Ours is stored as it is, so that no unpacking is needed to read it in years to come.
const ATTACHMENT: &[u8] = b"/Type/EmbeddedFile";
const STREAM: &[u8] = b"stream";

/// Whether `document` is a PDF.
pub(crate) fn is_pdf(document: &[u8]) -> bool {
    document.starts_with(PDF)
}

/// The first attachment that is not packed.
pub(crate) fn attached(pdf: &[u8]) -> Option<&[u8]> {
    let mut from = 0;
    loop {
        let at = find(pdf, from, ATTACHMENT)?;
        let stream = find(pdf, at, STREAM)?;
        from = stream;
        let start = pdf.get(..at)?.windows(2).rposition(|two| two == b"<<")?;
        let dict = pdf.get(start..stream)?;
        if find(dict, 0, b"/Filter").is_some() {
            continue;
        }
        let Some(len) = length(dict) else { continue };
        // The word ends its line with a line feed, or with a carriage return before it (ISO 32000-1, 7.3.8.1).
        let body = pdf.get(stream + STREAM.len()..)?;
        let body = body
            .strip_prefix(b"\r")
            .unwrap_or(body)
            .strip_prefix(b"\n")?;
        if let Some(content) = body.get(..len) {
            return Some(content);
        }
    }
}

fn length(dict: &[u8]) -> Option<usize> {
    const LENGTH: &[u8] = b"/Length";
    let after = dict.get(find(dict, 0, LENGTH)? + LENGTH.len()..)?;
    let digits = after.trim_ascii_start();
    let n = digits
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    std::str::from_utf8(digits.get(..n)?).ok()?.parse().ok()
}

fn find(bytes: &[u8], from: usize, what: &[u8]) -> Option<usize> {
    let at = bytes
        .get(from..)?
        .windows(what.len())
        .position(|window| window == what)?;
    Some(from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_plain_attachment_is_found() {
        let pdf =
            b"%PDF-1.7\n1 0 obj\n<</Length 2/Type/EmbeddedFile/Filter/X>>\nstream\nab\nendstream\n\
            2 0 obj\n<</Length 3/Type/EmbeddedFile/Params<</Size 3>>>>\nstream\r\nabc\nendstream";
        assert!(is_pdf(pdf));
        assert_eq!(attached(pdf), Some(&b"abc"[..]));
    }

    #[test]
    fn nothing_is_found_where_nothing_is_and_no_length_is_believed() {
        for pdf in [
            &b"%PDF-1.7"[..],
            b"%PDF-1.7 /Type/EmbeddedFile",
            b"%PDF-1.7 <</Length 99999999999999999999/Type/EmbeddedFile>> stream\nabc",
            b"%PDF-1.7 <</Length 9/Type/EmbeddedFile>> stream\nabc",
        ] {
            assert_eq!(attached(pdf), None);
        }
    }
}
