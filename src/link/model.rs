//! The fixed models that turn features into a probability: sums of small decision trees, kept as tables.
//!
//! There is one for persons and one for everything else. `examples/train_link.rs` makes the tables; nothing in them is
//! a name.

use std::sync::LazyLock;

use super::features::FEATURES;

/// A node of a tree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Node {
    /// Goes to the first node when the feature is below the threshold, else to the second; the value is the mean there.
    Split(usize, f32, usize, usize, f32),
    /// Ends with a value.
    Leaf(f32),
}

impl Node {
    fn value(&self) -> f32 {
        match self {
            Self::Split(_, _, _, _, value) | Self::Leaf(value) => *value,
        }
    }
}

/// A model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// What every sum starts with.
    pub bias: f32,
    /// The trees; the first node of each is its root.
    pub trees: Vec<Vec<Node>>,
    /// Slope and intercept that turn the share of a candidate among its rivals into a probability.
    pub calibration: (f32, f32),
    /// The probability from which on a link is made, unless the user says otherwise.
    pub threshold: f32,
}

static PERSON: LazyLock<Model> =
    LazyLock::new(|| Model::parse(include_str!("../../tables/model-person.csv")));
static THING: LazyLock<Model> =
    LazyLock::new(|| Model::parse(include_str!("../../tables/model-thing.csv")));

impl Model {
    /// Returns the model for persons or for everything else.
    #[must_use]
    pub fn of(person: bool) -> &'static Self {
        if person { &PERSON } else { &THING }
    }

    /// Reads the table that [`Model::write`] writes; rows that it does not know are passed over.
    #[must_use]
    pub fn parse(table: &str) -> Self {
        let mut model = Self::default();
        for line in table.lines() {
            let cells: Vec<&str> = line.split(',').collect();
            let number = |at: usize| {
                cells
                    .get(at)
                    .and_then(|cell| cell.parse::<f32>().ok())
                    .unwrap_or(0.0)
            };
            let whole = |at: usize| {
                cells
                    .get(at)
                    .and_then(|cell| cell.parse::<usize>().ok())
                    .unwrap_or(0)
            };
            match cells.first().copied() {
                Some("bias") => model.bias = number(1),
                Some("calibration") => model.calibration = (number(1), number(2)),
                Some("threshold") => model.threshold = number(1),
                Some("tree") => model.trees.push(Vec::new()),
                Some("leaf") => {
                    if let Some(tree) = model.trees.last_mut() {
                        tree.push(Node::Leaf(number(1)));
                    }
                }
                Some("split") => {
                    let feature = FEATURES
                        .iter()
                        .position(|(name, _)| Some(name) == cells.get(1));
                    if let (Some(tree), Some(feature)) = (model.trees.last_mut(), feature) {
                        tree.push(Node::Split(
                            feature,
                            number(2),
                            whole(3),
                            whole(4),
                            number(5),
                        ));
                    }
                }
                _ => {}
            }
        }
        model
    }

    /// Returns the table of the model.
    #[must_use]
    pub fn write(&self) -> String {
        let mut table = format!(
            "bias,{}\ncalibration,{},{}\nthreshold,{}\n",
            self.bias, self.calibration.0, self.calibration.1, self.threshold
        );
        for tree in &self.trees {
            table.push_str("tree\n");
            for node in tree {
                table.push_str(&match node {
                    Node::Split(feature, threshold, low, high, value) => {
                        format!(
                            "split,{},{threshold},{low},{high},{value}\n",
                            FEATURES[*feature].0
                        )
                    }
                    Node::Leaf(value) => format!("leaf,{value}\n"),
                });
            }
        }
        table
    }

    /// Returns the log-odds of a row of features.
    #[must_use]
    pub fn logit(&self, values: &[f32]) -> f32 {
        self.bias
            + self
                .trees
                .iter()
                .map(|tree| walk(tree, values, |_, _| {}))
                .sum::<f32>()
    }

    /// Returns how far each feature moved the log-odds: at every split the change of the mean goes to its feature.
    #[must_use]
    pub fn weights(&self, values: &[f32]) -> Vec<f32> {
        let mut weights = vec![0.0; FEATURES.len()];
        for tree in &self.trees {
            walk(tree, values, |feature, change| weights[feature] += change);
        }
        weights
    }

    /// Returns the probability that a candidate with this share among its rivals is the right one.
    #[must_use]
    pub fn probability(&self, share: f32) -> f32 {
        let share = share.clamp(1e-6, 1.0 - 1e-6);
        let z = self.calibration.0 * (share / (1.0 - share)).ln() + self.calibration.1;
        1.0 / (1.0 + (-z).exp())
    }
}

fn walk(tree: &[Node], values: &[f32], mut passed: impl FnMut(usize, f32)) -> f32 {
    let mut at = 0;
    let mut before = tree.first().map_or(0.0, Node::value);
    // A damaged table may lead in circles; no tree is deeper than it has nodes.
    for _ in 0..=tree.len() {
        match tree.get(at) {
            Some(Node::Split(feature, threshold, low, high, _)) => {
                at = if values.get(*feature).is_some_and(|value| value < threshold) {
                    *low
                } else {
                    *high
                };
                let value = tree.get(at).map_or(0.0, Node::value);
                passed(*feature, value - before);
                before = value;
            }
            Some(Node::Leaf(value)) => return *value,
            None => return 0.0,
        }
    }
    0.0
}
