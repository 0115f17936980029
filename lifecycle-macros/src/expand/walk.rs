//! The walk over a graph in const evaluation: from a component to its dependencies, and from roots.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::Type;

use super::{call_at, call_between};
use crate::model::{Edge, EdgeKind};
use crate::names::{Names, visitor};
use crate::parse::ends;

/// ```ignore
/// <<Settings as Component>::Itself>::depends_on(visitor)
/// ```
///
/// The frame that the compiler shows for this call is the user's `Settings`.
fn visit(names: &Names, ty: &Type, visitor: &TokenStream) -> TokenStream {
    let component = names.component();
    let function = quote!(<<#ty as #component>::Itself>::depends_on);
    call_at(ty, &function, visitor)
}

/// The visit of one dependency, with what its kind wants before it.
pub(super) fn edge(names: &Names, edge: &Edge) -> TokenStream {
    let (cfgs, visitor) = (&edge.cfgs, visitor());
    let visit = visit(names, &edge.target, &visitor.to_token_stream());
    match edge.kind {
        EdgeKind::Hard => quote!(#(#cfgs)* { #visit; }),
        EdgeKind::Optional => quote!(#(#cfgs)* { #visitor.optional(); #visit; }),
        EdgeKind::Late => quote!(#(#cfgs)* if #visitor.late() { #visit; }),
    }
}

/// What every walk over the graph of `roots` needs.
pub(super) struct Walk<'a> {
    pub(super) names: &'a Names,
    pub(super) roots: &'a [Type],
    pub(super) max_depth: Option<usize>,
    /// Begins the name of each generated item.
    pub(super) prefix: &'static str,
}

/// How many findings are reported at once.
const REPORTS: usize = 4;

impl Walk<'_> {
    pub(super) fn item(&self, name: &str) -> proc_macro2::Ident {
        proc_macro2::Ident::new(&format!("{}{name}", self.prefix), Span::call_site())
    }

    /// ```ignore
    /// const SIZE: Size = { .. };
    /// static PLAN: CompiledPlan<{ SIZE.nodes }, { SIZE.edges }> = { .. };
    /// const CYCLE_1: () = if SIZE.findings > 0 { .. };
    /// ```
    pub(super) fn items(&self) -> TokenStream {
        let Self { names, .. } = self;
        let (size_type, plan_type) = (names.size(), names.compiled_plan());
        let (max_nodes, max_depth) = (names.max_nodes(), self.max_depth());
        let (size, plan) = (self.item("SIZE"), self.item("PLAN"));
        let all = quote!({ #max_nodes }, { 2 * #max_nodes }, 0, { #max_depth });
        let visitor = visitor();
        let count = self.over(&all, &quote!(visitor()), &quote!(#visitor.size()));
        let room = self.room();
        let build = self.over(&room, &quote!(visitor()), &quote!(#visitor.finish()));
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

    fn max_depth(&self) -> TokenStream {
        self.max_depth.map_or_else(
            || self.names.max_depth().to_token_stream(),
            |depth| quote!(#depth),
        )
    }

    fn room(&self) -> TokenStream {
        let size = self.item("SIZE");
        quote!({ #size.nodes }, { #size.slots }, { #size.edges }, { #size.depth })
    }

    fn report(&self, finding: usize) -> TokenStream {
        let (size, name) = (
            self.item("SIZE"),
            self.item(&format!("CYCLE_{}", finding + 1)),
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
        let (names, visitor) = (self.names, visitor());
        let (room_type, memory) = (
            names.room(),
            proc_macro2::Ident::new("room", Span::mixed_site()),
        );
        let visits = self
            .roots
            .iter()
            .map(|root| visit(names, root, &quote!(&mut #visitor)));
        let (not_a_component, visitor_type) = (names.not_a_component(), names.visitor());
        let (first, last) = (self.roots.first().map(ends), self.roots.last().map(ends));
        let (first, last) = (
            first.map_or_else(Span::call_site, |at| at.0),
            last.map_or_else(Span::call_site, |at| at.1),
        );
        let round = call_between(
            first,
            last,
            &quote!(<#visitor_type<'_>>::round),
            &quote!(&mut #visitor),
        );
        quote!({
            #[allow(unused_imports)]
            use #not_a_component as _;
            let mut #memory = #room_type::<#room>::new();
            let mut #visitor = #memory.#begin;
            while #round {
                #(#visits;)*
            }
            #end
        })
    }
}
