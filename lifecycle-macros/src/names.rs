//! Every path that expansions use, once.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Path;

/// One item of `lifecycle::__private`.
pub(crate) struct Name<'a> {
    root: &'a TokenStream,
    item: &'static str,
}

impl ToTokens for Name<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let (root, item) = (self.root, Ident::new(self.item, Span::call_site()));
        tokens.extend(quote!(#root::__private::#item));
    }
}

/// Where `lifecycle` is: `::lifecycle`, or what `crate = path` says.
pub(crate) struct Names {
    root: TokenStream,
}

impl Names {
    pub(crate) fn new(root: Option<&Path>) -> Self {
        let root = root.map_or_else(|| quote!(::lifecycle), ToTokens::to_token_stream);
        Self { root }
    }

    fn name(&self, item: &'static str) -> Name<'_> {
        let root = &self.root;
        Name { root, item }
    }
}

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
    check_kind => "check_kind",
    check_work => "check_work",
    compiled_plan => "CompiledPlan",
    component => "Component",
    declaration => "Declaration",
    depends_late => "DependsLate",
    depends_on => "DependsOn",
    depends_optionally => "DependsOptionally",
    field => "field",
    field_default => "Field",
    handle => "Handle",
    has_root => "HasRoot",
    health => "Health",
    hooks => "Hooks",
    injected => "injected",
    instance => "Instance",
    kind => "Kind",
    launch => "launch",
    loads => "Loads",
    main => "Main",
    main_argument => "MainArgument",
    max_depth => "MAX_DEPTH",
    max_nodes => "MAX_NODES",
    no_annotated_impl => "NoAnnotatedImpl",
    no_default => "NoDefault",
    no_handle => "NoHandle",
    not_a_component => "NotAComponent",
    on_finish => "OnFinish",
    outcome => "Outcome",
    ready => "Ready",
    require_field => "require_field",
    room => "Room",
    runtime => "Runtime",
    second_sigterm => "SecondSigterm",
    settings => "Settings",
    size => "Size",
    visitor => "Visitor",
}

/// The generated local that holds the visitor.
pub(crate) fn visitor() -> Ident {
    Ident::new("visitor", Span::mixed_site())
}

/// The generated local that holds the context of a hook.
pub(crate) fn cx() -> Ident {
    Ident::new("cx", Span::mixed_site())
}

/// The generated local that holds the started component.
pub(crate) fn this() -> Ident {
    Ident::new("this", Span::mixed_site())
}
