//! Collects errors, so that one build shows every mistake.

use proc_macro2::{Span, TokenStream};
use syn::Error;

/// The errors found so far. Debug builds insist that someone looks at them.
#[derive(Default)]
pub(crate) struct Errors {
    found: Option<Error>,
    checked: bool,
}

impl Errors {
    pub(crate) fn push(&mut self, error: Error) {
        match &mut self.found {
            Some(found) => found.combine(error),
            None => self.found = Some(error),
        }
    }

    pub(crate) fn at(&mut self, span: Span, message: impl std::fmt::Display) {
        self.push(Error::new(span, message));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_none()
    }

    /// Keeps the error and goes on without the value.
    pub(crate) fn keep<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// All errors as `compile_error!`s, or nothing to say.
    pub(crate) fn finish(mut self) -> Result<(), TokenStream> {
        self.checked = true;
        match self.found.take() {
            Some(found) => Err(found.to_compile_error()),
            None => Ok(()),
        }
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        if cfg!(debug_assertions) && !self.checked && !std::thread::panicking() {
            panic!("errors were collected and never reported");
        }
    }
}
