//! The page: one file that needs no other, put together from those in `page/`.

use std::hash::{BuildHasher, RandomState};

use hyper::StatusCode;
use hyper::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY,
    X_FRAME_OPTIONS,
};

use super::answer::{Answer, answer};

const HTML: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = concat!(
    include_str!("page/page.js"),
    include_str!("page/components.js"),
    include_str!("page/panels.js"),
    include_str!("page/graph.js"),
    include_str!("page/control.js"),
    include_str!("page/connect.js"),
);

const KIND: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

/// The page, whose script alone runs: whatever the app's texts say, they are no code.
pub(super) fn page() -> Answer {
    let nonce = nonce();
    let html = HTML
        .replace("{nonce}", &nonce)
        .replace("{style}", STYLE)
        .replace("{script}", SCRIPT);
    let policy = format!(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-{nonce}'; connect-src 'self'; \
         img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let mut page = answer(StatusCode::OK, KIND, html);
    let headers = page.headers_mut();
    headers.insert(CONTENT_TYPE, KIND);
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    );
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    page
}

/// A number that nobody guesses: the standard library seeds its hashers from the system.
fn nonce() -> String {
    let part = || RandomState::new().hash_one(());
    format!("{:016x}{:016x}", part(), part())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_pages_have_one_nonce() {
        assert_ne!(nonce(), nonce());
    }

    #[test]
    fn nothing_of_it_comes_from_elsewhere() {
        for part in [HTML, STYLE, SCRIPT] {
            for outside in [
                "src=",
                "@import",
                "https://",
                "url(",
                "innerHTML",
                "outerHTML",
                "eval(",
            ] {
                assert!(!part.contains(outside), "{outside}");
            }
        }
    }
}
