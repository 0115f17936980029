//! The struct half of a component.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{LitStr, Type};

use super::setters::Setters;
use super::{arguments, call_between, duration, pool, walk};
use crate::model::{Component, Edge, EdgeKind, Field, Kind, Policies};
use crate::names::{NO_ANNOTATED_IMPL, NO_DEFAULT, NO_HANDLE, Names, cx};
use crate::parse::argument_of;

/// ```ignore
/// struct Database { .. }
/// impl Database {
///     pub const fn depends_on(visitor: &mut Visitor<'_>) { .. }
/// }
/// const _: () = {
///     impl Component for Database { .. }
///     impl Resource for Database { .. }
///     impl DependsOn<Settings> for Database {}
///     require(..)
/// };
/// ```
pub(crate) fn expand(component: &Component) -> TokenStream {
    let Component {
        item,
        ident,
        names,
        edges,
        ..
    } = component;
    let depends_on = depends_on(names, ident, edges, &component.policies.health_groups);
    let mut traits = vec![NO_ANNOTATED_IMPL];
    let (injected, plain): (Vec<_>, Vec<_>) =
        component.fields.iter().partition(|field| field.injected);
    traits.extend((!injected.is_empty()).then_some(NO_HANDLE));
    traits.extend((!plain.is_empty()).then_some(NO_DEFAULT));
    let (imports, names) = (names.import(&traits), &Names::local());
    let implementation = implementation(names, component);
    let edges = edges.iter().map(|edge| declared(names, ident, edge));
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
fn depends_on(names: &Names, ident: &Ident, edges: &[Edge], groups: &[LitStr]) -> TokenStream {
    let (visitor_type, component) = (names.visitor(), names.component());
    // Where the struct's name stands, because a call begins at its receiver.
    let visitor = Ident::new("visitor", ident.span());
    let enter = Ident::new("enter", ident.span());
    let entered = arguments(ident.span(), &quote!(<Self as #component>::DECLARATION));
    let import = (!edges.is_empty()).then(|| {
        let not_a_component = names.not_a_component();
        quote!(use #not_a_component as _;)
    });
    let edges = edges.iter().map(|edge| walk::edge(names, edge, &visitor));
    // Where the group is named, so that the compiler points there if there is none.
    let groups = groups.iter().map(|group| {
        let at = group.span();
        let (visitor, join) = (Ident::new("visitor", at), Ident::new("health_group", at));
        let name = arguments(at, &group.to_token_stream());
        quote!(#visitor.#join #name;)
    });
    quote! {
        impl #ident {
            #[doc(hidden)]
            pub const fn depends_on(#visitor: &mut #visitor_type<'_>) {
                #import
                if #visitor.#enter #entered {
                    #(#groups)*
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
        ident,
        policies,
        ..
    } = component;
    let name = ident.unraw().to_string();
    let (trait_name, declaration, annotated) =
        (names.component(), names.declaration(), names.annotated());
    let of_kind = names.of_kind(*kind);
    let declare = match kind {
        Kind::Resource => names.declare_resource(),
        Kind::Service => names.declare_service(),
        Kind::WorkerPool => names.declare_worker_pool(),
    };
    let policies = setters(names, policies);
    let from_fields = from_fields(names, component);
    let options = (*kind == Kind::WorkerPool).then(|| pool::options(names, &component.pool));
    quote! {
        #[diagnostic::do_not_recommend]
        impl #trait_name for #ident {
            type Itself = Self;
            const DECLARATION: &'static #declaration = &#declare(
                #name,
                ::core::module_path!(),
                ::core::line!(),
                ::core::column!(),
                #annotated::<Self>::HOOKS,
            )
            #policies;
            #from_fields
        }
        impl #of_kind for #ident {
            type Itself = Self;
            #options
        }
    }
}

/// What makes the component where no `#[start]` does: its fields.
fn from_fields(names: &Names, component: &Component) -> TokenStream {
    let (context, cx) = (names.context(), cx());
    let fields = component
        .fields
        .iter()
        .map(|field| build(names, &cx, field));
    let takes = component.fields.iter().any(|field| field.injected);
    let parameter = if takes { quote!(#cx) } else { quote!(_) };
    // Where a type has no default, its field never gets a value, and the rest is not reached.
    let has_fields = !component.fields.is_empty();
    let allow = has_fields.then(|| quote!(#[allow(unreachable_code)]));
    quote!(#allow fn from_fields(#parameter: &#context) -> Self { Self { #(#fields,)* } })
}

fn build(names: &Names, cx: &Ident, field: &Field) -> TokenStream {
    let Field {
        cfgs, member, ty, ..
    } = field;
    let value = if field.injected && is_queue(ty) {
        let argument = names.argument();
        quote!(<#ty as #argument<Self>>::take(#cx))
    } else if field.injected {
        let handle = names.handle();
        quote!(#handle::<#ty>::take(#cx))
    } else {
        let default = names.field_default();
        quote!(#default::<#ty>::make())
    };
    quote!(#(#cfgs)* #member: #value)
}

/// Whether it is `Queue<Mailer>` or `Option<Queue<Mailer>>`, which only worker pools have: to ask for it as a hook does
/// says that, where a handle of what is no component is told by the walk.
fn is_queue(ty: &Type) -> bool {
    argument_of(argument_of(ty, "Option").unwrap_or(ty), "Queue").is_some()
}

/// What was written down.
fn setters(names: &Names, policies: &Policies) -> Setters {
    let mut setters = Setters::default();
    setters.set("name", policies.name.as_ref());
    setters.set("optional", policies.optional);
    setters.time("start_timeout", policies.start_timeout);
    setters.time("stop_timeout", policies.stop_timeout);
    setters.set("retry", policies.retry);
    let backoff = policies
        .backoff
        .map(|(min, max)| (duration(min), duration(max)));
    setters.set("backoff", backoff.map(|(min, max)| quote!(#min, #max)));
    setters.choice("restart", names.restart(), policies.restart);
    setters.set("max_restarts", policies.max_restarts);
    setters.time("within", policies.within);
    setters.choice("scope", names.scope(), policies.scope);
    setters.choice("escalate", names.escalate(), policies.escalate);
    setters.time("heartbeat", policies.heartbeat);
    setters.choice("ready", names.ready(), policies.ready);
    setters.choice("on_finish", names.on_finish(), policies.on_finish);
    let groups = &policies.health_groups;
    let groups = (!groups.is_empty()).then(|| quote!(&[#(#groups),*]));
    setters.set("health_groups", groups);
    setters
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

/// What the impl half must bring, asked where the struct's name stands.
fn check(names: &Names, component: &Component, plain: &[&Field]) -> Option<TokenStream> {
    let (ident, component_trait) = (&component.ident, names.component());
    let needs_work = component.kind != Kind::Resource;
    if plain.is_empty() && !needs_work {
        return None;
    }
    let (require, name) = (names.require(), ident.to_string());
    let fields = plain.iter().map(|field| has_default(names, field));
    let declaration = quote!(<#ident as #component_trait>::DECLARATION);
    let arguments = quote!(#name, #declaration, &[#(#fields),*]);
    let at = ident.span();
    Some(call_between(at, at, &require.to_token_stream(), &arguments))
}

/// `("port", Field::<u16>::HAS)`
fn has_default(names: &Names, field: &Field) -> TokenStream {
    let Field {
        cfgs, ty, shown, ..
    } = field;
    let default = names.field_default();
    quote!(#(#cfgs)* (#shown, #default::<#ty>::HAS))
}
