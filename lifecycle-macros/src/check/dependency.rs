//! Rules about dependencies.

use proc_macro2::Span;
use quote::ToTokens;
use syn::{Error, Ident, Type};

use super::{list, suggestion};
use crate::errors::Errors;
use crate::model::EdgeKind;
use crate::parse::ungroup;

/// Wrong: `optionl(Cache)`. Right: `optional(Cache)`.
pub(crate) fn unknown_dependency_word(word: &Ident, known: &[&str]) -> Error {
    let message = match suggestion(&word.to_string(), known) {
        Some(near) => format!("unknown kind of dependency `{word}`; did you mean `{near}`?"),
        None => format!(
            "unknown kind of dependency `{word}`; a dependency may stand in {}",
            list(known)
        ),
    };
    Error::new(word.span(), message)
}

/// Wrong: `late(A, B)`. Right: `late(A), late(B)`.
pub(crate) fn two_dependencies(word: &Ident, span: Span) -> Error {
    let message = format!("`{word}(..)` holds one dependency; write `{word}(A), {word}(B)`");
    Error::new(span, message)
}

/// Wrong: `depends_on = [&Db]`. Right: `depends_on = [Db]`.
pub(crate) fn not_a_type_path(ty: &Type) -> Result<(), Error> {
    match ungroup(ty) {
        Type::Path(_) | Type::Macro(_) => Ok(()),
        other => {
            let message = "not the name of a type; write the component's type, such as `Settings`";
            Err(Error::new_spanned(other, message))
        }
    }
}

/// Wrong: `depends_on = [Db, Db]`. Right: `depends_on = [Db]`.
pub(crate) fn repeated_dependency(ty: &Type) -> Error {
    let name = shown(ty);
    Error::new_spanned(
        ungroup(ty),
        format!("`{name}` is already a dependency; write it once"),
    )
}

/// Wrong: `#[inject] #[inject] db: Arc<Db>`. Right: one of them.
pub(crate) fn repeated_inject(places: &[Span], errors: &mut Errors) {
    if let Some(second) = places.get(1) {
        errors.at(*second, "`#[inject]` is already here; write it once");
    }
}

/// Wrong: `#[inject] db: Db`. Right: `#[inject] db: Arc<Db>`.
pub(crate) fn not_a_handle(ty: &Type) -> Error {
    let name = shown(ty);
    let message = format!(
        "`{name}` cannot be injected; write `Arc<T>`, `Option<Arc<T>>` or `Late<T>` of a component `T`"
    );
    Error::new_spanned(ungroup(ty), message)
}

/// Wrong: `depends_on = [late(Db)]` with `#[inject] db: Arc<Db>`. Right: `#[inject] db: Late<Db>`.
pub(crate) fn injected_otherwise(ty: &Type, target: &Type, declared: EdgeKind) -> Error {
    let name = shown(target);
    let (said, handle) = match declared {
        EdgeKind::Hard => (name.clone(), format!("Arc<{name}>")),
        EdgeKind::Optional => (format!("optional({name})"), format!("Option<Arc<{name}>>")),
        EdgeKind::Late => (format!("late({name})"), format!("Late<{name}>")),
    };
    let message = format!("`depends_on` says `{said}`; write `{handle}` here, or remove it there");
    Error::new_spanned(ungroup(ty), message)
}

/// A type as it was written, without the spaces that tokens put between its parts.
pub(super) fn shown(ty: &Type) -> String {
    let text = ungroup(ty).to_token_stream().to_string();
    text.replace(" :: ", "::")
        .replace(":: ", "::")
        .replace(" < ", "<")
        .replace(" >", ">")
}
