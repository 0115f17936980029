//! An annotated struct.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Attribute, Fields, Ident, ItemStruct, Member, Path};

use super::entries::Entries;
use super::{argument_of, cfgs, dependency, groups, pool, value};
use crate::check;
use crate::errors::Errors;
use crate::model::{Component, Edge, EdgeKind, Field, Kind, Policies};
use crate::names::Names;

const KEYS: [&str; 17] = [
    "depends_on",
    "name",
    "optional",
    "start_timeout",
    "stop_timeout",
    "retry",
    "backoff",
    "restart",
    "max_restarts",
    "within",
    "scope",
    "escalate",
    "heartbeat",
    "ready",
    "on_finish",
    "health_groups",
    "crate",
];

/// Reads an annotated struct; what is wrong goes to `errors`, and what is right stays.
pub(crate) fn parse(
    kind: Kind,
    arguments: TokenStream,
    item: TokenStream,
    mut parsed: ItemStruct,
    errors: &mut Errors,
) -> Component {
    let mut known = KEYS.to_vec();
    if kind == Kind::WorkerPool {
        known.extend(pool::KEYS);
    }
    let entries = Entries::parse(arguments, kind.as_str(), &known, errors);
    check::service_keys(kind, &entries, errors);
    check::generic_struct(&parsed, errors);
    let mut edges = entries
        .get("depends_on")
        .map_or_else(Vec::new, |entry| dependency::list(entry, errors));
    let fields = fields(&mut parsed.fields, errors);
    // Writing the tokens anew is work for the compiler as well as here.
    let injects = fields.iter().any(|field| field.injected);
    let item = if injects {
        parsed.to_token_stream()
    } else {
        item
    };
    edges.extend(injected(&fields, &edges, errors));
    let policies = policies(&entries, errors);
    check::joins_startup(&policies.health_groups, errors);
    check::backoff_alone(&entries, errors);
    check::without_restart(&entries, &policies, errors);
    check::restart_of_resource(kind, &entries, &policies, errors);
    check::never_finished(&entries, &policies, errors);
    check::escalation_of_optional(&entries, &policies, errors);
    Component {
        kind,
        names: Names::new(root(&entries, errors).as_ref()),
        edges,
        policies,
        pool: pool::parse(&entries, errors),
        fields,
        item,
        ident: parsed.ident,
        is_generic: !parsed.generics.params.is_empty(),
    }
}

/// The `crate` key.
pub(crate) fn root(entries: &Entries, errors: &mut Errors) -> Option<Path> {
    entries.read("crate", errors, |entry| {
        value::path(entry, "path::to::lifecycle")
    })
}

fn policies(entries: &Entries, errors: &mut Errors) -> Policies {
    let restart = [
        ("never", "Never"),
        ("on-failure", "OnFailure"),
        ("always", "Always"),
    ];
    let scope = [("self", "Itself"), ("dependents", "Dependents")];
    let escalate = [("shutdown", "Shutdown"), ("degrade", "Degrade")];
    let ready = [("started", "Started"), ("explicit", "Explicit")];
    let on_finish = [("finish", "Finish"), ("shutdown", "Shutdown")];
    Policies {
        name: entries.read("name", errors, value::name),
        optional: entries.read("optional", errors, value::flag),
        start_timeout: entries.read("start_timeout", errors, value::duration),
        stop_timeout: entries.read("stop_timeout", errors, value::duration),
        retry: entries.read("retry", errors, |entry| value::count(entry, 1..=u32::MAX)),
        backoff: entries.read("backoff", errors, value::range),
        restart: entries.read("restart", errors, |entry| value::choice(entry, &restart)),
        max_restarts: entries.read("max_restarts", errors, |entry| {
            value::count(entry, 1..=u32::MAX)
        }),
        within: entries.read("within", errors, value::duration),
        scope: entries.read("scope", errors, |entry| value::choice(entry, &scope)),
        escalate: entries.read("escalate", errors, |entry| value::choice(entry, &escalate)),
        heartbeat: entries.read("heartbeat", errors, value::duration),
        ready: entries.read("ready", errors, |entry| value::choice(entry, &ready)),
        on_finish: entries.read("on_finish", errors, |entry| {
            value::choice(entry, &on_finish)
        }),
        health_groups: entries
            .get("health_groups")
            .map_or_else(Vec::new, |entry| groups::list(entry, errors)),
    }
}

/// Takes `#[inject]` off the fields and remembers where it was.
fn fields(fields: &mut Fields, errors: &mut Errors) -> Vec<Field> {
    let mut found = Vec::new();
    for (index, field) in fields.iter_mut().enumerate() {
        let injects = strip_inject(&mut field.attrs);
        check::repeated_inject(&injects, errors);
        let member = match &field.ident {
            Some(ident) => Member::Named(ident.clone()),
            None => Member::from(index),
        };
        found.push(Field {
            cfgs: cfgs(&field.attrs),
            shown: shown(field.ident.as_ref(), index),
            member,
            ty: field.ty.clone(),
            injected: !injects.is_empty(),
        });
    }
    found
}

fn shown(ident: Option<&Ident>, index: usize) -> String {
    ident.map_or_else(|| index.to_string(), Ident::to_string)
}

/// Removes `#[inject]` and gives the places where it stood.
pub(crate) fn strip_inject(attributes: &mut Vec<Attribute>) -> Vec<Span> {
    let mut found = Vec::new();
    attributes.retain(|attribute| {
        let last = attribute.path().segments.last();
        let is_inject = last.is_some_and(|last| last.ident == "inject");
        if is_inject {
            found.push(attribute.path().span());
        }
        !is_inject
    });
    found
}

/// The dependencies that injected fields add to those in `depends_on`.
fn injected(fields: &[Field], declared: &[Edge], errors: &mut Errors) -> Vec<Edge> {
    let mut edges: Vec<Edge> = Vec::new();
    for field in fields.iter().filter(|field| field.injected) {
        let Some(edge) = errors.keep(handle(field)) else {
            continue;
        };
        match declared.iter().find(|known| known.names(&edge.target)) {
            Some(known) if known.kind == edge.kind => {}
            Some(known) => errors.push(check::injected_otherwise(
                &field.ty,
                &edge.target,
                known.kind,
            )),
            None if edges.iter().any(|known| known.names(&edge.target)) => {}
            None => edges.push(edge),
        }
    }
    edges
}

/// The dependency of an injected field: the way it is written tells its kind.
fn handle(field: &Field) -> syn::Result<Edge> {
    let ty = &field.ty;
    let needed = |ty| argument_of(ty, "Arc").or_else(|| argument_of(ty, "Queue"));
    let optional = || needed(argument_of(ty, "Option")?);
    let written = needed(ty)
        .map(|target| (EdgeKind::Hard, target))
        .or_else(|| optional().map(|target| (EdgeKind::Optional, target)))
        .or_else(|| argument_of(ty, "Late").map(|target| (EdgeKind::Late, target)));
    let (kind, target) = written.ok_or_else(|| check::not_a_handle(ty))?;
    check::not_a_type_path(target)?;
    Ok(Edge {
        kind,
        target: target.clone(),
        cfgs: field.cfgs.clone(),
    })
}
