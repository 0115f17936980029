//! What was written down, as calls of a builder's methods.

use std::time::Duration;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

use super::duration;
use crate::names::Name;

/// `.start_timeout(..).retry(3)`
#[derive(Default)]
pub(super) struct Setters(TokenStream);

impl Setters {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A call of `method`, if there is a value.
    pub(super) fn set(&mut self, method: &str, value: Option<impl ToTokens>) {
        if let Some(value) = value {
            self.call(method, value);
        }
    }

    /// The same for a length of time.
    pub(super) fn time(&mut self, method: &str, value: Option<Duration>) {
        self.set(method, value.map(duration));
    }

    /// The same for one of the variants of an enum.
    pub(super) fn choice(&mut self, method: &str, of: Name<'_>, variant: Option<&str>) {
        let variant = variant.map(|variant| Ident::new(variant, Span::call_site()));
        self.set(method, variant.map(|variant| quote!(#of::#variant)));
    }

    /// A call of a method that takes nothing, if it is asked for.
    pub(super) fn flag(&mut self, method: &str, is_set: bool) {
        if is_set {
            self.call(method, TokenStream::new());
        }
    }

    fn call(&mut self, method: &str, value: impl ToTokens) {
        let method = Ident::new(method, Span::call_site());
        self.0.extend(quote!(.#method(#value)));
    }
}

impl ToTokens for Setters {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.0.clone());
    }
}
