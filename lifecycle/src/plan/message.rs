//! Text and hashes for const evaluation, where `format!` is not to be had.

use std::time::Duration;

/// A hash over the place and the name of a declaration.
pub(super) const fn hash(module: &str, name: &str, line: u32, column: u32) -> u64 {
    let state = bytes(0xcbf2_9ce4_8422_2325, module.as_bytes());
    let state = bytes(state, name.as_bytes());
    mix(state, (line as u64) << 32 | column as u64)
}

/// Eight bytes at a time. By patterns, because const evaluation counts every step, and one call of a slice's methods is
/// as many as a whole round here.
const fn bytes(state: u64, mut text: &[u8]) -> u64 {
    // The length says where one text ends and the next begins.
    let mut state = state ^ text.len() as u64;
    while let [a, b, c, d, e, f, g, h, rest @ ..] = text {
        state = mix(state, u64::from_le_bytes([*a, *b, *c, *d, *e, *f, *g, *h]));
        text = rest;
    }
    let mut last = 0;
    while let [byte, rest @ ..] = text {
        last = last << 8 | *byte as u64;
        text = rest;
    }
    mix(state, last)
}

const fn mix(state: u64, word: u64) -> u64 {
    let state = (state ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    state ^ (state >> 32)
}

const CAPACITY: usize = 2048;

/// A sentence put together in const evaluation; what does not fit is cut and marked with `...`.
pub(crate) struct Message {
    bytes: [u8; CAPACITY],
    len: usize,
}

impl Message {
    pub(crate) const fn new() -> Self {
        Self {
            bytes: [0; CAPACITY],
            len: 0,
        }
    }

    #[must_use]
    pub(crate) const fn text(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        // A piece is taken whole or not at all, which keeps the message valid UTF-8.
        if self.len + text.len() > CAPACITY - 3 {
            let mut i = 0;
            while i < 3 && self.len < CAPACITY {
                self.bytes[self.len] = b'.';
                self.len += 1;
                i += 1;
            }
            return self;
        }
        let mut i = 0;
        while i < text.len() {
            self.bytes[self.len] = text[i];
            self.len += 1;
            i += 1;
        }
        self
    }

    #[must_use]
    pub(crate) const fn number(self, number: u128) -> Self {
        let mut digits = [0u8; 39];
        let mut at = digits.len();
        let mut rest = number;
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        let (_, digits) = digits.split_at(at);
        match std::str::from_utf8(digits) {
            Ok(digits) => self.text(digits),
            Err(_) => self,
        }
    }

    #[must_use]
    pub(crate) const fn time(self, time: Duration) -> Self {
        self.millis(time.as_millis())
    }

    /// Whole seconds as `8 s`, anything else in milliseconds.
    #[must_use]
    pub(crate) const fn millis(self, millis: u128) -> Self {
        if millis.is_multiple_of(1000) {
            self.number(millis / 1000).text(" s")
        } else {
            self.number(millis).text(" ms")
        }
    }

    pub(crate) const fn as_str(&self) -> &str {
        let (text, _) = self.bytes.split_at(self.len);
        match std::str::from_utf8(text) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_text_and_numbers() {
        let message = Message::new()
            .text("a chain of ")
            .number(100)
            .text(", then ")
            .number(0);
        assert_eq!(message.as_str(), "a chain of 100, then 0");
    }

    #[test]
    fn cuts_what_does_not_fit() {
        let mut message = Message::new();
        for _ in 0..CAPACITY {
            message = message.text("name -> ");
        }
        assert!(message.as_str().ends_with("..."));
    }

    #[test]
    fn identity_tells_place_and_name_apart() {
        assert_ne!(hash("a", "B", 1, 1), hash("a", "B", 2, 1));
        assert_ne!(hash("a", "B", 1, 1), hash("a", "B", 1, 2));
        assert_ne!(hash("a", "B", 1, 1), hash("a", "C", 1, 1));
        assert_ne!(hash("ab", "C", 1, 1), hash("a", "bC", 1, 1));
        assert_ne!(hash("a::b::c::d", "B", 1, 1), hash("a::b::e::d", "B", 1, 1));
        assert_eq!(hash("a", "B", 1, 1), hash("a", "B", 1, 1));
    }
}
