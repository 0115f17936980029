//! Changing the app from the page: with a token, and only from the page itself.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;
use std::hint::black_box;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use hyper::{Request, StatusCode};
use tokio::time::Instant;

use super::answer::{Answer, words};
use super::document::View;
use super::guard::is_same_origin;
use crate::context::{ChangeError, Changing, ComponentHandle};
use crate::engine::Key;

/// The shortest token that is one.
pub(super) const LEAST_TOKEN: usize = 16;
/// The largest request, in bytes.
const LARGEST: usize = 4096;
/// How long an answer waits for a refusal.
const REFUSAL: Duration = Duration::from_millis(500);
/// How many requests there may be in one [`WINDOW`], and how many wrong tokens from one address.
const MOST: u32 = 10;
/// From how many addresses there may be wrong tokens in one [`WINDOW`]; meanwhile, all others are refused too.
const GUESSERS: usize = 256;
const WINDOW: Duration = Duration::from_secs(10);

/// Who may change the app, and how often it was asked of late.
pub(super) struct Control {
    token: Box<str>,
    asked: Budget,
    /// Those without the token use up nobody's share.
    guesses: RefCell<Guesses>,
    /// Lines in the log about those who are refused.
    lines: Budget,
}

/// So many in each window.
#[derive(Debug)]
struct Budget {
    most: u32,
    taken: Cell<(Instant, u32)>,
}

impl Budget {
    fn new(most: u32) -> Self {
        Self {
            most,
            taken: Cell::new((Instant::now(), 0)),
        }
    }

    fn take(&self, now: Instant) -> bool {
        let (mut begun, mut taken) = self.taken.get();
        if now.saturating_duration_since(begun) >= WINDOW {
            (begun, taken) = (now, 0);
        }
        let is_left = taken < self.most;
        self.taken.set((begun, taken + u32::from(is_left)));
        is_left
    }
}

/// The wrong tokens of a window, by where they came from: who guesses locks out nobody elsewhere.
#[derive(Debug)]
struct Guesses {
    begun: Instant,
    wrong: HashMap<IpAddr, u32>,
}

impl Guesses {
    fn new() -> Self {
        Self {
            begun: Instant::now(),
            wrong: HashMap::new(),
        }
    }

    /// Whether a token from there is looked at.
    fn may_guess(&mut self, from: IpAddr, now: Instant) -> bool {
        if now.saturating_duration_since(self.begun) >= WINDOW {
            self.wrong.clear();
            self.begun = now;
        }
        match self.wrong.get(&from) {
            Some(wrong) => *wrong < MOST,
            None => self.wrong.len() < GUESSERS,
        }
    }

    fn was_wrong(&mut self, from: IpAddr) {
        *self.wrong.entry(from).or_default() += 1;
    }
}

#[derive(Clone, Copy, Debug, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum Action {
    Restart,
    Enable,
    Disable,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    component: String,
    /// Its `id` in the JSON, where several have the name.
    id: Option<u32>,
    action: Action,
}

impl Control {
    pub(super) fn new(token: &str) -> Rc<Self> {
        Rc::new(Self {
            token: token.into(),
            asked: Budget::new(MOST),
            guesses: RefCell::new(Guesses::new()),
            lines: Budget::new(1),
        })
    }

    /// Does what is asked, or says why not.
    pub(super) async fn answer(
        &self,
        request: Request<Incoming>,
        peer: SocketAddr,
        view: &View,
    ) -> Answer {
        if let Err(answer) = self.admit(request.headers(), peer) {
            return *answer;
        }
        let Ok(body) = Limited::new(request.into_body(), LARGEST).collect().await else {
            let text = format!("more than {LARGEST} bytes, or cut short");
            return words(StatusCode::PAYLOAD_TOO_LARGE, text);
        };
        let wish: Wish = match serde_json::from_slice(&body.to_bytes()) {
            Ok(wish) => wish,
            Err(error) => {
                let text = format!(
                    r#"expected {{"component": "..", "action": "restart" | "enable" | "disable"}}: {error}"#
                );
                return words(StatusCode::BAD_REQUEST, text);
            }
        };
        carry_out(&wish, peer, view).await
    }

    fn admit(&self, headers: &HeaderMap, peer: SocketAddr) -> Result<(), Box<Answer>> {
        if !is_same_origin(headers) {
            let text = "this can be asked only by the page of this server";
            return Err(Box::new(self.refuse(StatusCode::FORBIDDEN, text, peer)));
        }
        if !self
            .guesses
            .borrow_mut()
            .may_guess(peer.ip(), Instant::now())
        {
            let text = format!(
                "more than {MOST} wrong tokens in {} s: none is looked at before these are over",
                WINDOW.as_secs()
            );
            let answer = self.refuse(StatusCode::TOO_MANY_REQUESTS, &text, peer);
            return Err(Box::new(answer));
        }
        if !self.knows_token(headers) {
            // Who gives none does not guess.
            if headers.contains_key(AUTHORIZATION) {
                self.guesses.borrow_mut().was_wrong(peer.ip());
            }
            let text = "this needs the header `Authorization: Bearer <token>` with the right token";
            let mut answer = self.refuse(StatusCode::UNAUTHORIZED, text, peer);
            let how = HeaderValue::from_static("Bearer");
            answer.headers_mut().insert(WWW_AUTHENTICATE, how);
            return Err(Box::new(answer));
        }
        let kind = headers
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next());
        if !kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
            let text = "this takes `application/json`";
            return Err(Box::new(words(StatusCode::UNSUPPORTED_MEDIA_TYPE, text)));
        }
        if !self.asked.take(Instant::now()) {
            let text = format!("more than {MOST} requests in {} s", WINDOW.as_secs());
            return Err(Box::new(words(StatusCode::TOO_MANY_REQUESTS, text)));
        }
        Ok(())
    }

    fn refuse(&self, status: StatusCode, text: &str, peer: SocketAddr) -> Answer {
        if self.lines.take(Instant::now()) {
            tracing::warn!(target: "lifecycle", %peer, "status server: {peer} may not change the app: {text}");
        }
        words(status, text)
    }

    fn knows_token(&self, headers: &HeaderMap) -> bool {
        let given = headers.get(AUTHORIZATION).map(HeaderValue::as_bytes);
        let Some((scheme, given)) = given.and_then(|given| given.split_at_checked(7)) else {
            return false;
        };
        scheme.eq_ignore_ascii_case(b"Bearer ") && is_same(given, self.token.as_bytes())
    }
}

/// Takes as long for a token that is nearly right as for one that is all wrong.
fn is_same(given: &[u8], token: &[u8]) -> bool {
    let pairs = given.iter().zip(token);
    let differences = pairs.fold(0, |all, (a, b)| black_box(all | (a ^ b)));
    given.len() == token.len() && differences == 0
}

async fn carry_out(wish: &Wish, peer: SocketAddr, view: &View) -> Answer {
    let Wish {
        component: name,
        id,
        action,
    } = wish;
    let shared = view.app.shared();
    let is_meant = |key: &Key| shared.name_of(*key) == name && id.is_none_or(|id| id == *key);
    let mut meant = shared.keys().filter(is_meant);
    let Some(key) = meant.next() else {
        let text = format!("the app has no component `{name}`");
        return words(StatusCode::NOT_FOUND, text);
    };
    if meant.next().is_some() {
        let text = format!("several components are called `{name}`; say which one by its `id`");
        return words(StatusCode::CONFLICT, text);
    }
    let component = ComponentHandle::new(Arc::clone(shared), key);
    let scope = shared.node(key).declaration().policy.scope;
    let (verb, changing): (_, Changing) = match action {
        Action::Restart => ("restart", component.restart(scope)),
        Action::Enable => ("enable", component.enable()),
        Action::Disable => ("disable", component.disable()),
    };
    tracing::warn!(target: "lifecycle", component = name, %peer, "{peer} asks to {verb} {name}, over the status server");
    let (status, text) = match tokio::time::timeout(REFUSAL, changing).await {
        Ok(Err(error @ ChangeError::Unknown(_))) => (StatusCode::NOT_FOUND, error.to_string()),
        Ok(Err(error)) => (StatusCode::CONFLICT, error.to_string()),
        Ok(Ok(())) => (StatusCode::ACCEPTED, format!("{verb} {name}: done")),
        Err(_) => (StatusCode::ACCEPTED, format!("{verb} {name}: under way")),
    };
    if !status.is_success() {
        tracing::warn!(target: "lifecycle", component = name, %peer, "{verb} {name} is refused: {text}");
    }
    words(status, text)
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing::Metadata;
    use tracing::field::Field;
    use tracing::span::{Attributes, Id, Record};

    use super::*;

    #[test]
    fn only_the_whole_token_is_the_token() {
        let token = b"0123456789abcdef";
        assert!(is_same(token, token));
        for given in [
            &b"0123456789abcdeF"[..],
            b"0123456789abcde",
            b"0123456789abcdef0",
            b"",
        ] {
            assert!(!is_same(given, token));
        }
    }

    #[test]
    fn a_budget_is_full_again_in_the_next_window() {
        let budget = Budget::new(MOST);
        let now = Instant::now();
        assert!((0..MOST).all(|_| budget.take(now)));
        assert!(!budget.take(now));
        assert!(budget.take(now + WINDOW));
    }

    #[test]
    fn who_guesses_is_stopped_and_nobody_else() {
        let mut guesses = Guesses::new();
        let now = Instant::now();
        let address = |n: u16| IpAddr::from([10, 0, (n >> 8) as u8, n as u8]);
        for _ in 0..MOST {
            assert!(guesses.may_guess(address(0), now));
            guesses.was_wrong(address(0));
        }
        assert!(!guesses.may_guess(address(0), now));
        assert!(guesses.may_guess(address(1), now));
        assert!(guesses.may_guess(address(0), now + WINDOW));
    }

    #[test]
    fn many_who_guess_are_stopped_together() {
        let mut guesses = Guesses::new();
        let now = Instant::now();
        let address = |n: usize| IpAddr::from([10, 0, (n >> 8) as u8, n as u8]);
        for n in 0..GUESSERS {
            assert!(guesses.may_guess(address(n), now));
            guesses.was_wrong(address(n));
        }
        assert!(!guesses.may_guess(address(GUESSERS), now));
        assert!(guesses.may_guess(address(0), now), "it is known");
    }

    #[test]
    fn who_is_refused_again_and_again_has_one_line_in_the_log() {
        let lines = Lines::default();
        let peer = SocketAddr::from(([10, 0, 0, 1], 5000));
        tracing::subscriber::with_default(lines.clone(), || {
            let control = Control::new("0123456789abcdef");
            for _ in 0..20 {
                assert!(control.admit(&HeaderMap::new(), peer).is_err());
            }
        });
        let lines = lines.0.lock().unwrap();
        let [line] = &lines[..] else {
            panic!("{lines:?}");
        };
        assert!(
            line.starts_with("WARN") && line.contains("10.0.0.1:5000 may not change the app"),
            "{line}"
        );
    }

    /// Keeps each line of a log.
    #[derive(Clone, Debug, Default)]
    struct Lines(Arc<Mutex<Vec<String>>>);

    impl tracing::Subscriber for Lines {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }

        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, _: &Record<'_>) {}

        fn record_follows_from(&self, _: &Id, _: &Id) {}

        fn event(&self, event: &tracing::Event<'_>) {
            let mut line = event.metadata().level().to_string();
            event.record(&mut |_: &Field, value: &dyn fmt::Debug| {
                line.push_str(&format!(" {value:?}"));
            });
            self.0.lock().unwrap().push(line);
        }

        fn enter(&self, _: &Id) {}

        fn exit(&self, _: &Id) {}
    }
}
