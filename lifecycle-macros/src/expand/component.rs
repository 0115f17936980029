//! The struct half of a component.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;

use super::{call_at, duration, walk};
use crate::model::{Component, Edge, EdgeKind, Field, Kind, Policies};
use crate::names::{NO_ANNOTATED_IMPL, NO_DEFAULT, NO_HANDLE, NOT_A_COMPONENT, Names, cx, visitor};

/// ```ignore
/// struct Database { .. }
/// impl Database {
///     pub const fn depends_on(visitor: &mut Visitor<'_>) { .. }
/// }
/// const _: () = {
///     impl Component for Database { .. }
///     impl Resource for Database { .. }
///     impl DependsOn<Settings> for Database {}
///     const _: () = require(..);
/// };
/// ```
pub(crate) fn expand(component: &Component) -> TokenStream {
    let Component {
        item, names, edges, ..
    } = component;
    let depends_on = depends_on(names, &item.ident, edges);
    let mut traits = vec![NO_ANNOTATED_IMPL];
    let (injected, plain): (Vec<_>, Vec<_>) =
        component.fields.iter().partition(|field| field.injected);
    traits.extend((!injected.is_empty()).then_some(NO_HANDLE));
    traits.extend((!plain.is_empty()).then_some(NO_DEFAULT));
    let (imports, names) = (names.import(&traits), &Names::local());
    let implementation = implementation(names, component);
    let edges = edges.iter().map(|edge| declared(names, &item.ident, edge));
    let check = check(names, component, &plain);
    quote! {
        #item
        #depends_on
        const _: () = {
            #imports
            #implementation
            #(#edges)*
            #check
        };
    }
}

/// The walk stands at module level, so that the compiler's frames read "inside `Database::depends_on`".
fn depends_on(names: &Names, ident: &Ident, edges: &[Edge]) -> TokenStream {
    let (import, visitor_type, visitor) =
        (names.import(&[NOT_A_COMPONENT]), names.visitor(), visitor());
    let names = &Names::local();
    let (component, local_type) = (names.component(), names.visitor());
    let declaration = quote!(<Self as #component>::DECLARATION);
    let enter = call_at(
        ident,
        &quote!(#local_type::enter),
        &quote!(#visitor, #declaration),
    );
    let edges = edges.iter().map(|edge| walk::edge(names, edge));
    quote! {
        impl #ident {
            #[doc(hidden)]
            pub const fn depends_on(#visitor: &mut #visitor_type<'_>) {
                #import
                if #enter {
                    #(#edges)*
                    #visitor.leave();
                }
            }
        }
    }
}

fn implementation(names: &Names, component: &Component) -> TokenStream {
    let Component {
        kind,
        item,
        policies,
        ..
    } = component;
    let (ident, name) = (&item.ident, item.ident.unraw().to_string());
    let (trait_name, declaration, annotated) =
        (names.component(), names.declaration(), names.annotated());
    let of_kind = names.of_kind(*kind);
    let kind = Ident::new(kind.as_str(), proc_macro2::Span::call_site());
    let policies = setters(names, policies);
    let start = start(names, component);
    quote! {
        #[automatically_derived]
        #[diagnostic::do_not_recommend]
        impl #trait_name for #ident {
            type Itself = Self;
            const DECLARATION: &'static #declaration = &#declaration::#kind(
                #name,
                ::core::module_path!(),
                ::core::line!(),
                ::core::column!(),
            )
            #policies
            .hooks(&#annotated::<Self>::HOOKS.or_start(#start));
        }
        impl #of_kind for #ident {
            type Itself = Self;
        }
    }
}

/// What makes the component where no `#[start]` does: its fields.
fn start(names: &Names, component: &Component) -> TokenStream {
    let (made, cx) = (names.made(), cx());
    let fields = component
        .fields
        .iter()
        .map(|field| build(names, &cx, field));
    let takes = component.fields.iter().any(|field| field.injected);
    let parameter = if takes { quote!(#cx) } else { quote!(_) };
    quote!(|#parameter| #made(Self { #(#fields,)* }))
}

fn build(names: &Names, cx: &Ident, field: &Field) -> TokenStream {
    let Field {
        cfgs, member, ty, ..
    } = field;
    let value = if field.injected {
        let (injected, handle) = (names.injected(), names.handle());
        quote!(#injected(#handle::<#ty>::TAKE, &#cx))
    } else {
        let (field, default) = (names.field(), names.field_default());
        quote!(#field(#default::<#ty>::DEFAULT))
    };
    quote!(#(#cfgs)* #member: #value)
}

/// `.start_timeout(..).retry(3)`, for what was written down.
fn setters(names: &Names, policies: &Policies) -> TokenStream {
    let (ready, on_finish) = (names.ready(), names.on_finish());
    let mut tokens = TokenStream::new();
    let mut set = |method: &str, value: Option<TokenStream>| {
        if let Some(value) = value {
            let method = Ident::new(method, proc_macro2::Span::call_site());
            tokens.extend(quote!(.#method(#value)));
        }
    };
    let variant = |name| Ident::new(name, proc_macro2::Span::call_site());
    set(
        "name",
        policies.name.as_ref().map(ToTokens::to_token_stream),
    );
    set(
        "optional",
        policies.optional.map(ToTokens::into_token_stream),
    );
    set("start_timeout", policies.start_timeout.map(duration));
    set("stop_timeout", policies.stop_timeout.map(duration));
    set("retry", policies.retry.map(ToTokens::into_token_stream));
    let backoff = policies
        .backoff
        .map(|(min, max)| (duration(min), duration(max)));
    set("backoff", backoff.map(|(min, max)| quote!(#min, #max)));
    set(
        "ready",
        policies
            .ready
            .map(variant)
            .map(|name| quote!(#ready::#name)),
    );
    set(
        "on_finish",
        policies
            .on_finish
            .map(variant)
            .map(|name| quote!(#on_finish::#name)),
    );
    tokens
}

/// `impl DependsOn<Settings> for Database {}`
fn declared(names: &Names, ident: &Ident, edge: &Edge) -> TokenStream {
    let (cfgs, target) = (&edge.cfgs, &edge.target);
    let name = match edge.kind {
        EdgeKind::Hard => names.depends_on(),
        EdgeKind::Optional => names.depends_optionally(),
        EdgeKind::Late => names.depends_late(),
    };
    quote! {
        #(#cfgs)*
        impl #name<#target> for #ident {}
    }
}

/// What the impl half must bring, asked where the struct's name stands. One constant for all: each costs every user.
fn check(names: &Names, component: &Component, plain: &[&Field]) -> Option<TokenStream> {
    let (ident, annotated) = (&component.item.ident, names.annotated());
    let is_service = component.kind == Kind::Service;
    if plain.is_empty() && !is_service {
        return None;
    }
    let (require, name) = (names.require(), ident.to_string());
    let fields = plain.iter().map(|field| has_default(names, field));
    let arguments = quote!(#name, &#annotated::<#ident>::HOOKS, #is_service, [#(#fields),*]);
    let call = call_at(ident, &require.to_token_stream(), &arguments);
    Some(quote!(const _: () = #call;))
}

/// `("port", Field::<u16>::DEFAULT.is_some())`
fn has_default(names: &Names, field: &Field) -> TokenStream {
    let Field {
        cfgs, ty, shown, ..
    } = field;
    let default = names.field_default();
    quote!(#(#cfgs)* (#shown, #default::<#ty>::DEFAULT.is_some()))
}
