//! A method with a hook attribute.

use proc_macro2::Span;
use syn::parse::ParseStream;
use syn::{Attribute, FnArg, Path, PathSegment, ReturnType, Signature};

use super::{argument_of, arguments, cfgs, ends};
use crate::check;
use crate::errors::Errors;
use crate::model::{Hook, HookName, Kind};

/// The hook that the attribute names: alone, or by a path through `lifecycle` or what `crate = path` calls it.
pub(crate) fn name(attribute: &Attribute, root: Option<&Path>) -> Option<HookName> {
    let path = attribute.path();
    let known = last(path)?;
    let before: Vec<_> = path.segments.iter().rev().skip(1).collect();
    let is_root = |at: Option<&&PathSegment>| {
        let renamed = root.and_then(|root| root.segments.last());
        at.is_some_and(|at| {
            at.ident == "lifecycle" || Some(&at.ident) == renamed.map(|it| &it.ident)
        })
    };
    (before.is_empty() || is_root(before.first()) || is_root(before.last())).then_some(known)
}

fn last(path: &Path) -> Option<HookName> {
    let last = &path.segments.last()?.ident;
    HookName::ALL.into_iter().find(|hook| last == hook.as_str())
}

/// Reads the method behind the hook attributes `hooks`, among `others`.
pub(crate) fn parse(
    kind: Kind,
    hooks: &[Attribute],
    others: &[Attribute],
    input: ParseStream<'_>,
    errors: &mut Errors,
) -> syn::Result<Option<Hook>> {
    let Some((attribute, which)) = hooks
        .first()
        .and_then(|hook| Some((hook, last(hook.path())?)))
    else {
        return Ok(None);
    };
    check::two_hooks_on_one_method(&hooks[1..], errors);
    let signature = check::not_a_method(which, attribute, input)?;
    check::receiver(which, &signature, errors);
    check::run_in_resource(kind, which, attribute, errors);
    check::generic_hook(which, &signature, errors);
    check::pool_hook_elsewhere(kind, which, attribute, errors);
    check::job_parameters(which, &signature, errors);
    let arguments = arguments::parse(which, attribute, errors);
    let parameters: Vec<_> = typed(&signature).collect();
    check::no_event(which, &signature.ident, &parameters, errors);
    Ok(Some(Hook {
        which,
        cfgs: cfgs(others),
        is_async: signature.asyncness.is_some(),
        loaded: parameters
            .iter()
            .find_map(|ty| argument_of(ty, "Loaded"))
            .cloned(),
        parameters,
        arguments,
        output: output(&signature),
        returns: signature.output,
        method: signature.ident,
    }))
}

fn typed(signature: &Signature) -> impl Iterator<Item = syn::Type> + '_ {
    signature
        .inputs
        .iter()
        .filter_map(|argument| match argument {
            FnArg::Receiver(_) => None,
            FnArg::Typed(argument) => Some((*argument.ty).clone()),
        })
}

/// Where the return type is, or the name if there is none.
pub(crate) fn output(signature: &Signature) -> (Span, Span) {
    match &signature.output {
        ReturnType::Default => (signature.ident.span(), signature.ident.span()),
        ReturnType::Type(_, ty) => ends(ty),
    }
}
