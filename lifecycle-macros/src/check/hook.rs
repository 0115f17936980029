//! Rules about hooks.

use proc_macro2::Span;
use syn::parse::ParseStream;
use syn::spanned::Spanned;
use syn::{Attribute, Error, FnArg, ReceiverKind, Signature};

use crate::errors::Errors;
use crate::model::{Hook, HookName, Kind};
use crate::parse::ends;

/// Words one letter away from a hook that somebody may mean.
const WORDS: &[&str] = &[
    "atop", "brain", "cork", "corn", "croon", "crop", "crow", "drawn", "emery", "ever", "fork",
    "goad", "grain", "hearth", "heath", "iron", "lead", "loaf", "loam", "loan", "lord", "loud",
    "pork", "rain", "road", "scop", "shop", "slop", "smart", "star", "stare", "stark", "stars",
    "stat", "step", "stoop", "stow", "swop", "tart", "toad", "train", "urn", "very", "wealth",
    "woad", "word", "wore", "worm", "worn",
];

/// Wrong: `#[strat]`. Right: `#[start]`.
///
/// Gives back the attributes that are none of our business. Whoever has an attribute of such a name writes its path.
pub(crate) fn unknown_hooks(attributes: Vec<Attribute>, errors: &mut Errors) -> Vec<Attribute> {
    let mut is_ours = |attribute: &Attribute| {
        let Some(name) = attribute.path().get_ident().map(ToString::to_string) else {
            return false;
        };
        let mut hooks = HookName::ALL.into_iter().map(HookName::as_str);
        let meant = hooks.find(|hook| is_slip(&name, hook));
        if let Some(meant) = meant {
            let message = format!("unknown hook `{name}`; did you mean `#[{meant}]`?");
            errors.at(attribute.path().span(), message);
        }
        meant.is_some()
    };
    let others = attributes
        .into_iter()
        .filter(|attribute| !is_ours(attribute));
    others.collect()
}

fn is_slip(name: &str, hook: &str) -> bool {
    !WORDS.contains(&name) && is_near(name, hook)
}

/// One slip away: two letters swapped, or one missing, doubled or wrong in four or more.
fn is_near(name: &str, hook: &str) -> bool {
    if super::distance(name, hook) != 1 {
        return false;
    }
    let (mut written, mut meant): (Vec<_>, Vec<_>) =
        (name.chars().collect(), hook.chars().collect());
    let is_doubled = {
        let mut once = written.clone();
        once.dedup();
        once == meant
    };
    written.sort_unstable();
    meant.sort_unstable();
    let is_swapped = written == meant;
    is_swapped || is_doubled || (name.len() >= 4 && written.len() <= meant.len())
}

/// Wrong: two methods with `#[stop]`. Right: one.
pub(crate) fn repeated_hooks(hooks: &[Hook], errors: &mut Errors) {
    for (at, hook) in hooks.iter().enumerate() {
        let is_first = |first: &&Hook| {
            let repeats = hook.which.is_beside() && !hook.which.is_of_pool();
            let alike = first.which == hook.which && !repeats;
            alike && first.cfgs.is_empty() && hook.cfgs.is_empty()
        };
        if let Some(first) = hooks[..at].iter().find(is_first) {
            let (name, first) = (hook.which.as_str(), &first.method);
            let message = format!(
                "`#[{name}]` is already on `{first}`; a component has one `#[{name}]` hook"
            );
            errors.at(hook.method.span(), message);
        }
    }
}

/// Wrong: `#[run] #[stop] fn f`. Right: one method for each.
pub(crate) fn two_hooks_on_one_method(further: &[Attribute], errors: &mut Errors) {
    for attribute in further {
        let message = "a second hook on one method; write a method for each hook";
        errors.at(attribute.path().span(), message);
    }
}

/// Wrong: `#[start] const X: u8 = 1;`. Right: `#[start] fn start() -> Self`.
pub(crate) fn not_a_method(
    which: HookName,
    attribute: &Attribute,
    input: ParseStream<'_>,
) -> Result<Signature, Error> {
    let signature = input
        .parse::<syn::Visibility>()
        .and_then(|_| input.parse::<Signature>());
    signature.map_err(|_| {
        let name = which.as_str();
        let message =
            format!("`#[{name}]` stands on something else than a method; write it on a `fn`");
        Error::new(attribute.path().span(), message)
    })
}

/// Wrong: `#[start(retry = 3)]`. Right: `#[start]`, and the key on the struct.
pub(crate) fn hook_with_arguments(which: HookName, attribute: &Attribute) -> Error {
    let name = which.as_str();
    let message =
        format!("`#[{name}]` takes nothing; write `#[{name}]` here, and keys on the struct");
    Error::new(attribute.path().span(), message)
}

/// Wrong: `#[every]`. Right: `#[every("30s")]`.
pub(crate) fn no_first_argument(attribute: &Attribute, what: &str, example: &str) -> Error {
    let path = attribute.path();
    let name = path.segments.last().map(|last| last.ident.to_string());
    let name = name.unwrap_or_default();
    let message = format!("`#[{name}]` wants {what} in quotes first; write `#[{example}]`");
    Error::new(path.span(), message)
}

/// Wrong: `#[start = "x"]`. Right: `#[start]`.
pub(crate) fn hook_with_value(which: HookName, span: Span) -> Error {
    let name = which.as_str();
    Error::new(
        span,
        format!("`#[{name}]` takes no value; write `#[{name}]`"),
    )
}

/// Wrong: `#[stop] fn close()`, `#[start] fn open(&self)`, `#[run] fn run(&mut self)`. Right: the other way round.
pub(crate) fn receiver(which: HookName, signature: &Signature, errors: &mut Errors) {
    let name = which.as_str();
    let method = &signature.ident;
    match (which.takes_self(), signature.receiver()) {
        (true, None) => missing_receiver(name, signature, errors),
        (false, Some(receiver)) => {
            let message = format!(
                "`#[{name}]` runs before there is a `self`; write `fn {method}(..)` with what it needs as parameters"
            );
            errors.at(ends(receiver).0, message);
        }
        (true, Some(receiver)) => {
            let is_shared = match &receiver.kind {
                ReceiverKind::Reference(_, _, None) => true,
                ReceiverKind::Typed(_, ty) => {
                    matches!(&**ty, syn::Type::Reference(ty) if ty.mutability.is_none())
                }
                _ => false,
            };
            if !is_shared {
                let message =
                    format!("`#[{name}]` shares the component with others; write `&self`");
                errors.push(Error::new_spanned(receiver, message));
            }
        }
        (false, None) => {}
    }
}

fn missing_receiver(name: &str, signature: &Signature, errors: &mut Errors) {
    let method = &signature.ident;
    let more = if signature.inputs.is_empty() {
        ""
    } else {
        ", .."
    };
    let message = format!("`#[{name}]` needs the component; write `fn {method}(&self{more})`");
    errors.at(method.span(), message);
}

/// Wrong: `#[run]` in a `#[resource]`. Right: `#[service]`.
pub(crate) fn run_in_resource(
    kind: Kind,
    which: HookName,
    attribute: &Attribute,
    errors: &mut Errors,
) {
    let message = match kind {
        _ if which != HookName::Run => return,
        Kind::Service => return,
        Kind::Resource => {
            "a resource has no run loop; make it a `#[service]`, on the struct and here, or remove `#[run]`"
        }
        Kind::WorkerPool => {
            "a worker pool has workers instead of a run loop; write what one job is as `#[work]`, or make it a `#[service]`, on the struct and here"
        }
    };
    errors.at(attribute.path().span(), message);
}

/// Wrong: `#[start] fn new<T>()`. Right: no type parameters.
pub(crate) fn generic_hook(which: HookName, signature: &Signature, errors: &mut Errors) {
    let generics = &signature.generics;
    let name = which.as_str();
    if generics.type_params().next().is_some() || generics.const_params().next().is_some() {
        let message = format!(
            "nobody says what the parameters of a generic `#[{name}]` are; write concrete types"
        );
        errors.push(Error::new_spanned(generics, message));
        return;
    }
    let implied = signature.inputs.iter().find_map(|input| match input {
        FnArg::Typed(argument) => match &*argument.ty {
            syn::Type::ImplTrait(ty) => Some(ty),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    });
    if let Some(ty) = implied {
        let message =
            format!("nobody says what `impl` stands for in a `#[{name}]`; write a concrete type");
        errors.push(Error::new_spanned(ty, message));
    }
}

/// Wrong: `#[start] fn new(config: Loaded<Config>)` without a `#[load]`. Right: a `#[load]` that returns it.
pub(crate) fn loaded_without_load(hooks: &[Hook], errors: &mut Errors) {
    if hooks.iter().any(|hook| hook.which == HookName::Load) {
        return;
    }
    for hook in hooks {
        if let Some(ty) = &hook.loaded {
            let name = super::dependency::shown(ty);
            let message =
                format!("`Loaded<{name}>` without a `#[load]`; add `#[load] fn load() -> {name}`");
            errors.push(Error::new(ends(ty).0, message));
        }
    }
}

/// Wrong: `#[start] fn f()` anywhere else. Right: in an annotated impl block.
pub(crate) fn stray_hook(which: HookName) -> String {
    let name = which.as_str();
    let attributes = match which {
        HookName::Run => "`#[service]`",
        which if which.is_of_pool() => "`#[worker_pool]`",
        _ => "`#[resource]`, `#[service]` or `#[worker_pool]`",
    };
    format!(
        "`#[{name}]` works only in an annotated impl block; write {attributes} above the `impl`"
    )
}

/// Wrong: `#[inject]` on anything but a field of an annotated struct.
pub(crate) fn stray_inject() -> &'static str {
    "`#[inject]` works only on a field of an annotated struct; write `#[resource]`, `#[service]` or `#[worker_pool]` above the `struct`"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_surely_a_slip() {
        for (name, hook) in [
            ("strat", "start"),
            ("strt", "start"),
            ("starrt", "start"),
            ("stert", "start"),
            ("stopp", "stop"),
            ("stpo", "stop"),
            ("helth", "health"),
            ("rnu", "run"),
            ("runn", "run"),
        ] {
            assert!(is_slip(name, hook), "{name}");
        }
    }

    #[test]
    fn what_may_be_a_word_of_its_own() {
        for name in [
            "step", "state", "stat", "shop", "road", "train", "ran", "fun", "urn", "prune",
            "starts", "stmop",
        ] {
            let hooks = HookName::ALL.map(HookName::as_str);
            assert!(!hooks.iter().any(|hook| is_slip(name, hook)), "{name}");
        }
    }

    #[test]
    fn every_word_would_be_taken_for_a_slip() {
        for word in WORDS {
            let hooks = HookName::ALL.map(HookName::as_str);
            assert!(hooks.iter().any(|hook| is_near(word, hook)), "{word}");
            assert!(!hooks.contains(word), "{word}");
        }
    }
}
