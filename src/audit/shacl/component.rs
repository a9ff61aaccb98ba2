//! Constraint components that a shapes graph declares itself (SHACL §6).

use std::collections::BTreeSet;

use oxrdf::{Literal, NamedNode, Term};

use super::graph::ShapesGraph;
use super::path::Path;
use super::shape::{is_true, literal, named_node};
use super::sparql::Validator;
use super::vocabulary::sh;
use crate::diagnostic::Result;

/// A declared component.
#[derive(Debug)]
pub(super) struct Declaration {
    component: NamedNode,
    node: Term,
    parameters: Vec<Parameter>,
}

#[derive(Debug)]
struct Parameter {
    property: NamedNode,
    name: String,
    optional: bool,
}

/// A component as a shape uses it: validator, and the values of its parameters.
#[derive(Debug)]
pub(super) struct Component {
    pub(super) component: NamedNode,
    pub(super) validator: Validator,
    pub(super) parameters: Vec<(String, Term)>,
    pub(super) messages: Vec<Literal>,
}

/// Returns the components that a shapes graph declares.
pub(super) fn declared(graph: &ShapesGraph) -> Vec<Declaration> {
    graph
        .subjects()
        .filter(|node| {
            !graph.sh(node, "parameter").is_empty() && graph.is_a(node, &sh("ConstraintComponent"))
        })
        .filter_map(|node| {
            let parameters = graph
                .sh(node, "parameter")
                .iter()
                .filter_map(|parameter| {
                    let property = graph.sh(parameter, "path").iter().find_map(named_node)?;
                    let name = property
                        .as_str()
                        .rsplit(['#', '/'])
                        .next()
                        .unwrap_or_default()
                        .to_owned();
                    Some(Parameter {
                        property,
                        name,
                        optional: graph.sh(parameter, "optional").iter().any(is_true),
                    })
                })
                .collect();
            Some(Declaration {
                component: named_node(node)?,
                node: node.clone(),
                parameters,
            })
        })
        .collect()
}

impl Declaration {
    /// Returns the component once for each use by a shape: when the shape has all parameters that are not optional.
    ///
    /// A component of one parameter is used once for each of its values (SHACL §6.2.1).
    ///
    /// # Errors
    /// What is wrong with its validator.
    pub(super) fn used_by(
        &self,
        graph: &ShapesGraph,
        shape: &Term,
        path: Option<&(Path, Term)>,
    ) -> Result<Vec<Component>> {
        let mut uses: Vec<Vec<(String, Term)>> = vec![Vec::new()];
        let mut any = false;
        for parameter in &self.parameters {
            let values = graph.objects(shape, parameter.property.as_str());
            if values.is_empty() {
                if parameter.optional {
                    continue;
                }
                return Ok(Vec::new());
            }
            any = true;
            uses = uses
                .into_iter()
                .flat_map(|before| {
                    values.iter().map(move |value| {
                        let mut with = before.clone();
                        with.push((parameter.name.clone(), value.clone()));
                        with
                    })
                })
                .collect();
        }
        if !any {
            return Ok(Vec::new());
        }
        let own = if path.is_some() {
            "propertyValidator"
        } else {
            "nodeValidator"
        };
        let validators = match graph.sh(&self.node, own) {
            [] => graph.sh(&self.node, "validator"),
            found => found,
        };
        let Some(validator) = validators
            .iter()
            .find(|node| !graph.sh(node, "ask").is_empty() || !graph.sh(node, "select").is_empty())
        else {
            return Ok(Vec::new());
        };
        let names: BTreeSet<String> = self
            .parameters
            .iter()
            .map(|parameter| parameter.name.clone())
            .collect();
        let messages: Vec<Literal> = graph
            .sh(&self.node, "message")
            .iter()
            .filter_map(literal)
            .collect();
        uses.into_iter()
            .map(|parameters| {
                Ok(Component {
                    component: self.component.clone(),
                    validator: Validator::read(graph, validator, path, &names)?,
                    parameters,
                    messages: messages.clone(),
                })
            })
            .collect()
    }
}
