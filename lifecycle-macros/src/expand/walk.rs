//! The walk over a graph in const evaluation: from a component to its dependencies, and from roots.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{LitStr, Token, Type};

use super::{arguments, call_between};
use crate::model::{Edge, EdgeKind};
use crate::names::{Names, visitor};
use crate::parse::ends;

/// ```ignore
/// <Settings as Component>::Itself::depends_on(visitor)
/// ```
///
/// The frame that the compiler shows for this call is the user's `Settings`.
fn visit(names: &Names, ty: &Type, visitor: &TokenStream) -> TokenStream {
    let (component, (first, last)) = (names.component(), ends(ty));
    let (begin, depends_on) = (Token![<](first), Ident::new("depends_on", last));
    let arguments = arguments(last, visitor);
    quote!(#begin #ty as #component>::Itself::#depends_on #arguments)
}

/// The visit of one dependency, with what its kind wants before it.
pub(super) fn edge(names: &Names, edge: &Edge, visitor: &Ident) -> TokenStream {
    let cfgs = &edge.cfgs;
    let visit = visit(names, &edge.target, &visitor.to_token_stream());
    let visit = match edge.kind {
        EdgeKind::Hard => quote!(#visit;),
        EdgeKind::Optional => quote!(#visitor.optional(); #visit;),
        EdgeKind::Late => quote!(if #visitor.late() { #visit; }),
    };
    if cfgs.is_empty() {
        visit
    } else {
        quote!(#(#cfgs)* { #visit })
    }
}

/// What every walk over the graph of `roots` needs.
pub(super) struct Walk<'a> {
    pub(super) names: &'a Names,
    pub(super) roots: &'a [Type],
    pub(super) max_depth: Option<usize>,
    /// The groups of health that there are, if they are to be checked.
    pub(super) groups: Option<&'a [LitStr]>,
    /// Begins the name of each generated item.
    pub(super) prefix: &'static str,
}

/// How many findings are reported at once.
const REPORTS: usize = 4;

impl Walk<'_> {
    pub(super) fn item(&self, name: &str) -> Ident {
        Ident::new(&format!("{}{name}", self.prefix), Span::call_site())
    }

    /// ```ignore
    /// const SIZE: Size = { .. };
    /// static PLAN: CompiledPlan<{ SIZE.nodes }, { SIZE.edges }> = { .. };
    /// const FINDING_1: () = if SIZE.findings > 0 { .. };
    /// ```
    pub(super) fn items(&self) -> TokenStream {
        let (size_type, plan_type) = (self.names.size(), self.names.compiled_plan());
        let (size, plan, visitor) = (self.item("SIZE"), self.item("PLAN"), visitor());
        let names = Names::local();
        let (max_nodes, max_depth) = (names.max_nodes(), names.max_depth());
        let max_depth = self
            .max_depth
            .map_or_else(|| quote!(#max_depth), |depth| quote!(#depth));
        let all = quote!({ #max_nodes }, { 2 * #max_nodes }, 0, { #max_depth });
        let count = self.over(&all, &quote!(visitor()), &quote!(#visitor.size()));
        let build = self.over(&self.room(), &quote!(visitor()), &quote!(#visitor.finish()));
        let reports = (0..REPORTS).map(|finding| self.report(finding));
        quote! {
            #[doc(hidden)]
            #[allow(long_running_const_eval)]
            const #size: #size_type = #count;
            #[doc(hidden)]
            #[allow(long_running_const_eval)]
            static #plan: #plan_type<{ #size.nodes }, { #size.edges }> = #build;
            #(#reports)*
        }
    }

    fn room(&self) -> TokenStream {
        let size = self.item("SIZE");
        quote!({ #size.nodes }, { #size.slots }, { #size.edges }, { #size.depth })
    }

    fn report(&self, finding: usize) -> TokenStream {
        let (size, name) = (
            self.item("SIZE"),
            self.item(&format!("FINDING_{}", finding + 1)),
        );
        let walk = self.over(
            &self.room(),
            &quote!(reporter(#finding)),
            &TokenStream::new(),
        );
        quote! {
            #[doc(hidden)]
            #[allow(long_running_const_eval)]
            const #name: () = if #size.findings > #finding #walk;
        }
    }

    /// One walk from all roots, in rounds.
    fn over(&self, room: &TokenStream, begin: &TokenStream, end: &TokenStream) -> TokenStream {
        let (import, names, visitor) = (
            self.names.import(&["NotAComponent"]),
            &Names::local(),
            visitor(),
        );
        let (room_type, memory) = (names.room(), Ident::new("room", Span::mixed_site()));
        let visits = self
            .roots
            .iter()
            .map(|root| visit(names, root, &quote!(&mut #visitor)));
        let groups = self
            .groups
            .map(|groups| quote!(#visitor.know_groups(&[#(#groups),*]);));
        let visitor_type = names.visitor();
        let first = self
            .roots
            .first()
            .map_or_else(Span::call_site, |root| ends(root).0);
        let last = self
            .roots
            .last()
            .map_or_else(Span::call_site, |root| ends(root).1);
        let round = call_between(
            first,
            last,
            &quote!(#visitor_type::round),
            &quote!(&mut #visitor),
        );
        quote!({
            #import
            let mut #memory = #room_type::<#room>::new();
            let mut #visitor = #memory.#begin;
            #groups
            while #round {
                #(#visits;)*
            }
            #end
        })
    }
}
