//! Every path that expansions use, once.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote};
use syn::{Path, Token};

use crate::model::Kind;

/// One item of `lifecycle::__private`.
pub(crate) struct Name<'a> {
    private: &'a [TokenTree],
    item: &'static str,
}

impl ToTokens for Name<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        // Token by token: to put streams together takes the compiler longer.
        tokens.extend(self.private.iter().cloned());
        <Token![::]>::default().to_tokens(tokens);
        tokens.append(Ident::new(self.item, Span::call_site()));
    }
}

/// Where `lifecycle::__private` is.
pub(crate) struct Names {
    private: Vec<TokenTree>,
}

impl Names {
    /// In `::lifecycle`, or in what `crate = path` says.
    pub(crate) fn new(root: Option<&Path>) -> Self {
        let root = root.map_or_else(|| quote!(::lifecycle), ToTokens::to_token_stream);
        let private = quote!(#root::__private).into_iter().collect();
        Self { private }
    }

    /// The names inside a block that begins with [`import`](Self::import).
    pub(crate) fn local() -> Self {
        let private = vec![Ident::new("__lc", Span::call_site()).into()];
        Self { private }
    }

    /// Gives the module a short name inside a block, and brings traits into scope there.
    pub(crate) fn import(&self, traits: &[&str]) -> TokenStream {
        let private = &self.private;
        let traits = traits
            .iter()
            .map(|name| Ident::new(name, Span::call_site()));
        quote!(use #(#private)*::{self as __lc, #(#traits as _),*};)
    }

    /// The trait of the components of one kind.
    pub(crate) fn of_kind(&self, kind: Kind) -> Name<'_> {
        self.name(match kind {
            Kind::Resource => "Resource",
            Kind::Service => "Service",
            Kind::WorkerPool => "WorkerPool",
        })
    }

    fn name(&self, item: &'static str) -> Name<'_> {
        let private = &self.private;
        Name { private, item }
    }
}

/// The traits whose answers hold where those of a component, a handle or a type with a default do not apply.
pub(crate) const NO_ANNOTATED_IMPL: &str = "NoAnnotatedImpl";
pub(crate) const NO_DEFAULT: &str = "NoDefault";
pub(crate) const NO_HANDLE: &str = "NoHandle";

macro_rules! names {
    ($($method:ident => $item:literal,)*) => {
        impl Names {
            $(pub(crate) fn $method(&self) -> Name<'_> {
                self.name($item)
            })*
        }
    };
}

names! {
    annotated => "Annotated",
    annotated_impl_block => "AnnotatedImplBlock",
    argument => "Argument",
    begin_pool => "begin_pool",
    box_error => "BoxError",
    context => "Context",
    compiled_plan => "CompiledPlan",
    configured => "Configured",
    check_policy => "CheckPolicy",
    component => "Component",
    cron => "cron",
    cron_policy => "Cron",
    declaration => "Declaration",
    declare_resource => "declare_resource",
    declare_service => "declare_service",
    declare_worker_pool => "declare_worker_pool",
    depends_late => "DependsLate",
    depends_on => "DependsOn",
    depends_optionally => "DependsOptionally",
    escalate => "Escalate",
    event => "Event",
    every => "every",
    every_policy => "Every",
    field_default => "Field",
    handle => "Handle",
    handlers => "Handlers",
    handling => "Handling",
    has_root => "HasRoot",
    health => "Health",
    hooks_of => "hooks_of",
    job => "Job",
    job_error => "JobError",
    job_outcome => "JobOutcome",
    launch => "launch",
    loads => "Loads",
    made => "Made",
    main => "Main",
    main_argument => "MainArgument",
    max_depth => "MAX_DEPTH",
    not_a_component => "NotAComponent",
    max_nodes => "MAX_NODES",
    on_finish => "OnFinish",
    outcome => "Outcome",
    pool_options => "PoolOptions",
    pool_work => "PoolWork",
    ready => "Ready",
    require => "require",
    restart => "Restart",
    room => "Room",
    runtime => "Runtime",
    scope => "Scope",
    second_sigterm => "SecondSigterm",
    settings => "Settings",
    size => "Size",
    unfinished => "Unfinished",
    visitor => "Visitor",
    work => "Work",
}

/// The generated local that holds the visitor.
pub(crate) fn visitor() -> Ident {
    Ident::new("visitor", Span::mixed_site())
}

/// The generated local that holds the context of a hook.
pub(crate) fn cx() -> Ident {
    Ident::new("cx", Span::mixed_site())
}

/// The generated local that holds the component.
pub(crate) fn this() -> Ident {
    Ident::new("this", Span::mixed_site())
}

/// The generated local that collects handlers of events.
pub(crate) fn handlers() -> Ident {
    Ident::new("handlers", Span::mixed_site())
}
