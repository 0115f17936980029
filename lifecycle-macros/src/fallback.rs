//! What is written when something is wrong: the user's item as it is, the errors, and stand-ins for what the attribute
//! promises, so that one mistake is one error.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::Error;

use crate::check;
use crate::expand::{hooks, pool};
use crate::model::{Component, HookName, Implementation, Kind};
use crate::names::{Names, visitor};
use crate::parse::ends;

/// The item and the error, when nothing is known of either.
pub(crate) fn verbatim(error: Error, item: TokenStream) -> TokenStream {
    let errors = error.into_compile_error();
    quote!(#item #errors)
}

/// A struct whose attribute is wrong: it still is a component, and whatever its hooks ask for is declared.
pub(crate) fn component(component: &Component, errors: &TokenStream) -> TokenStream {
    let Component {
        item, ident, names, ..
    } = component;
    if component.is_generic {
        return quote!(#item #errors);
    }
    let stub = stub(names, ident, component.kind.as_str());
    quote!(#item #errors #stub)
}

fn stub(names: &Names, ident: &Ident, kind: &str) -> TokenStream {
    let (component, declaration, visitor_type) =
        (names.component(), names.declaration(), names.visitor());
    let (hard, optional, late) = (
        names.depends_on(),
        names.depends_optionally(),
        names.depends_late(),
    );
    let (resource, service) = (names.of_kind(Kind::Resource), names.of_kind(Kind::Service));
    let worker_pool = names.of_kind(Kind::WorkerPool);
    let (name, kind, visitor) = (
        ident.to_string(),
        Ident::new(kind, Span::call_site()),
        visitor(),
    );
    quote! {
        #[automatically_derived]
        impl #ident {
            #[doc(hidden)]
            pub const fn depends_on(#visitor: &mut #visitor_type<'_>) {
                if #visitor.enter(<Self as #component>::DECLARATION) {
                    #visitor.leave();
                }
            }
        }
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #component for #ident {
            type Itself = Self;
            const DECLARATION: &'static #declaration = &#declaration::#kind(#name, "", 0, 0);
        }
        #[diagnostic::do_not_recommend]
        impl #resource for #ident {
            type Itself = Self;
        }
        #[diagnostic::do_not_recommend]
        impl #service for #ident {
            type Itself = Self;
        }
        #[diagnostic::do_not_recommend]
        impl #worker_pool for #ident {
            type Itself = Self;
        }
        #[diagnostic::do_not_recommend]
        impl<__D> #hard<__D> for #ident {}
        #[diagnostic::do_not_recommend]
        impl<__D> #optional<__D> for #ident {}
        #[diagnostic::do_not_recommend]
        impl<__D> #late<__D> for #ident {}
    }
}

/// An impl block with a wrong hook: the struct half believes that it has all that it needs.
pub(crate) fn implementation(implementation: &Implementation, errors: &TokenStream) -> TokenStream {
    let Implementation {
        kind,
        names,
        item,
        self_ty,
        hooks,
    } = implementation;
    if self_ty.to_token_stream().is_empty() {
        return quote!(#item #errors);
    }
    let work = (*kind == Kind::WorkerPool).then(|| pool::stub(names, self_ty, hooks));
    let block = hooks::block(
        names,
        self_ty,
        &quote!(
            const HOOKS: u8 = !0;
        ),
    );
    quote!(#item #errors #block #work)
}

/// An enum or a union is no component, but those that depend on it have made no mistake.
pub(crate) fn wrong_item(error: Error, what: &Ident, item: TokenStream) -> TokenStream {
    let name = (what == "enum" || what == "union")
        .then(|| name_of(&item))
        .flatten();
    let stub = name.map(|name| stub(&Names::new(None), &name, "resource"));
    let errors = error.into_compile_error();
    quote!(#item #errors #stub)
}

/// The name behind the keyword, unless the type is generic.
fn name_of(item: &TokenStream) -> Option<Ident> {
    let mut trees = item.clone().into_iter().skip_while(|tree| match tree {
        TokenTree::Ident(ident) => ident != "enum" && ident != "union",
        _ => true,
    });
    match (trees.nth(1), trees.next()) {
        (Some(TokenTree::Ident(name)), Some(TokenTree::Group(group)))
            if group.delimiter() == Delimiter::Brace =>
        {
            Some(name)
        }
        (_, _) => None,
    }
}

/// The program still has a `main`, and the user's function is still checked, inside it.
pub(crate) fn app(errors: &TokenStream, item: TokenStream) -> TokenStream {
    let is_main = |tree| matches!(tree, TokenTree::Ident(ident) if ident == "main");
    if !item.clone().into_iter().any(is_main) {
        return quote!(#errors #item);
    }
    quote! {
        #errors
        fn main() {
            #[allow(dead_code)]
            #item
        }
    }
}

/// A plan that cannot be made: an erroneous expression has any type.
pub(crate) fn plan(errors: &TokenStream) -> TokenStream {
    quote!({ #errors })
}

/// A hook attribute that no annotated impl block took off its method.
pub(crate) fn stray_hook(which: HookName, item: TokenStream) -> TokenStream {
    let errors = Error::new(name_span(&item), check::stray_hook(which)).into_compile_error();
    quote!(#errors #item)
}

/// An `#[inject]` that no annotated struct took off its field.
pub(crate) fn stray_inject(item: TokenStream) -> TokenStream {
    let errors = Error::new(name_span(&item), check::stray_inject()).into_compile_error();
    quote!(#errors #item)
}

/// Where the item's name is: its own attribute's place would come with a note about macros.
fn name_span(item: &TokenStream) -> Span {
    let is_keyword = |tree: &TokenTree| matches!(tree, TokenTree::Ident(ident) if ["fn", "struct", "const", "type"].iter().any(|word| ident == word));
    let mut trees = item
        .clone()
        .into_iter()
        .skip_while(|tree| !is_keyword(tree));
    let name = trees.nth(1);
    name.map_or_else(|| ends(item).0, |name| name.span())
}
