//! Rules about handlers of events.

use quote::ToTokens;
use syn::{Ident, Type};

use crate::errors::Errors;
use crate::model::HookName;
use crate::parse::{argument_of, ends, ungroup};

/// What a hook may take beside its event.
const OTHERS: [&str; 5] = ["Context", "Shutdown", "Late", "Option", "Loaded"];

/// Wrong: `#[on] fn confirm(&self)`, `#[on] fn confirm(&self, placed: OrderPlaced)`. Right:
/// `#[on] fn confirm(&self, placed: Arc<OrderPlaced>)`.
pub(crate) fn no_event(which: HookName, method: &Ident, parameters: &[Type], errors: &mut Errors) {
    if which != HookName::On {
        return;
    }
    let Some(first) = parameters.first() else {
        let message = format!(
            "`#[on]` takes the event that it handles; write `fn {method}(&self, event: Arc<..>)`"
        );
        return errors.at(method.span(), message);
    };
    if argument_of(first, "Arc").is_some() {
        return;
    }
    let message = match ungroup(first) {
        Type::Path(path) if is_other(path) => {
            format!("`#[on]` takes the event first; write `fn {method}(&self, event: Arc<..>, ..)`")
        }
        first => {
            let event = match first {
                Type::Reference(reference) => &*reference.elem,
                other => other,
            };
            let event = super::shown(event);
            format!("all handlers of an event share it; write `Arc<{event}>`")
        }
    };
    errors.at(ends(first.to_token_stream()).0, message);
}

fn is_other(path: &syn::TypePath) -> bool {
    let last = path.path.segments.last();
    last.is_some_and(|last| OTHERS.iter().any(|other| last.ident == other))
}
