//! Rules about what an attribute stands on.

use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Error, Generics, Ident, ItemStruct, Token};

use crate::errors::Errors;
use crate::model::Kind;

/// Wrong: `#[resource] enum Db {}`. Right: `#[resource] struct Db;`.
pub(crate) fn wrong_item(kind: Kind, what: &Ident) -> Error {
    let name = kind.as_str();
    let a = if what == "enum" || what == "impl" {
        "an"
    } else {
        "a"
    };
    let message = format!(
        "`#[{name}]` on {a} `{what}`; a component is a `struct`, and its hooks are in an `impl` of it"
    );
    Error::new(what.span(), message)
}

/// Wrong: `struct Db<T>`. Right: `struct Db`.
pub(crate) fn generic_struct(item: &ItemStruct, errors: &mut Errors) {
    if !item.generics.params.is_empty() {
        let message =
            "generic components are not supported yet; write a struct with concrete types";
        errors.push(Error::new_spanned(&item.generics, message));
    }
}

/// Wrong: `impl<T> Db<T>`. Right: `impl Db`.
pub(crate) fn generic_impl(generics: &Generics, errors: &mut Errors) {
    if !generics.params.is_empty() {
        let message = "generic components are not supported yet; write the impl of a struct with concrete types";
        errors.push(Error::new_spanned(generics, message));
    }
}

/// Wrong: `#[resource] impl Trait for Db`. Right: `#[resource] impl Db`.
pub(crate) fn trait_impl(kind: Kind, for_token: Option<&Token![for]>, errors: &mut Errors) {
    if let Some(token) = for_token {
        let name = kind.as_str();
        let message =
            format!("`#[{name}]` on the impl of a trait; hooks are in the type's own `impl`");
        errors.at(token.span(), message);
    }
}

/// Wrong: `#[app(..)] struct Main;`. Right: `#[app(..)] async fn main()`.
pub(crate) fn not_a_function(input: ParseStream<'_>) -> Result<(), Error> {
    let fork = input.fork();
    let is_function = fork.parse::<syn::Visibility>().is_ok()
        && (fork.peek(Token![fn])
            || fork.peek(Token![async])
            || fork.peek(Token![const])
            || fork.peek(Token![unsafe])
            || fork.peek(Token![extern]));
    if is_function {
        return Ok(());
    }
    Err(Error::new(
        fork.span(),
        "`#[app]` stands on something else than a function; write `async fn main()` below it",
    ))
}
