//! Choosing disjoint sets of the greatest gain, exactly: branch and bound on a Lagrangian bound.
//!
//! Each item has a price, and a set's surplus is its gain less the prices of its items. Whatever the prices, no choice of disjoint
//! sets gains more than the sum of all prices and all positive surpluses. Prices are improved one after the other, each to the middle
//! of what is best for it, which never raises the bound; sets that cannot be in a better choice than the best one known are then
//! dropped, and what is left open is tried both ways. Alignments are nearly decided by the prices, so few are.

use std::collections::BTreeMap;

use super::super::undefined::Undefined;
use super::continuum::Work;

/// A set of items, and what choosing it gains.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Set {
    /// The items, each once.
    pub(super) items: Vec<usize>,
    /// Positive.
    pub(super) gain: f64,
}

/// Choices whose gains differ by less are the same: far below the error of the sums.
const EPSILON: f64 = 1e-11;
/// How often prices are improved, at the root and after each decision.
const ROUNDS: (usize, usize) = (200, 20);

/// The numbers of disjoint sets with the greatest gain in all, in order. `items`: how many items there are.
///
/// # Errors
/// Too large when the work is used up.
pub(super) fn best_packing(items: usize, sets: &[Set], work: &mut Work) -> Result<Vec<usize>, Undefined> {
    let mut search = Search { sets, numbers: vec![NONE; items] };
    let items_of: Vec<(usize, &[usize])> =
        sets.iter().enumerate().map(|(number, set)| (number, set.items.as_slice())).collect();
    let mut chosen = Vec::new();
    for part in components(items, &items_of) {
        chosen.extend(search.run(part, &[], 0.0, 0, work)?.sets);
    }
    chosen.sort_unstable();
    Ok(chosen)
}

/// The numbers of sets in groups that share no item; a set is its number and its items.
fn components(items: usize, sets: &[(usize, &[usize])]) -> Vec<Vec<usize>> {
    // Union-find: each item points to one nearer to the first item of its group.
    fn root(leads: &mut [usize], mut item: usize) -> usize {
        while leads[item] != item {
            leads[item] = leads[leads[item]];
            item = leads[item];
        }
        item
    }
    let mut leads: Vec<usize> = (0..items).collect();
    for (_, of_one) in sets {
        for item in *of_one {
            let (one, other) = (root(&mut leads, of_one[0]), root(&mut leads, *item));
            leads[one.max(other)] = one.min(other);
        }
    }
    let mut groups = BTreeMap::<usize, Vec<usize>>::new();
    for (number, of_one) in sets {
        if let Some(item) = of_one.first() {
            groups.entry(root(&mut leads, *item)).or_default().push(*number);
        }
    }
    groups.into_values().collect()
}

const NONE: usize = usize::MAX;

/// What is left after some decisions often falls apart into groups that can be decided one by one. So often within one another, and no
/// deeper: the stack is finite, and below it the search goes on as well without.
const DEEPEST: usize = 200;

struct Search<'a> {
    sets: &'a [Set],
    /// By item, its number in the market that is being made; made once, since there are many markets.
    numbers: Vec<usize>,
}

/// Disjoint sets, and what they gain.
#[derive(Debug, Clone, Default)]
struct Choice {
    sets: Vec<usize>,
    gain: f64,
}

impl Choice {
    /// Whether nothing that gains at most `bound` can be better.
    fn beats(&self, bound: f64) -> bool {
        bound <= self.gain + EPSILON
    }

    fn improve_to(&mut self, other: Choice) {
        if other.gain > self.gain {
            *self = other;
        }
    }
}

/// What is decided and what is open.
#[derive(Clone)]
struct Node {
    /// Sets that are chosen.
    taken: Choice,
    /// Sets that may still be chosen: disjoint from those taken.
    open: Vec<usize>,
    /// The price of each item that an open set has.
    prices: Vec<(usize, f64)>,
}

/// The open sets of a node by item.
struct Market {
    /// Items as they are numbered here, with their prices.
    prices: Vec<f64>,
    /// By item, the places of its sets in `surplus`.
    sets_of: Vec<Vec<usize>>,
    /// By open set, the items.
    items_of: Vec<Vec<usize>>,
    /// By open set, its gain less the prices of its items.
    surplus: Vec<f64>,
}

impl Search<'_> {
    /// The best choice among these sets that gains more than `floor`; where there is none, no sets. `prices`: to begin with, by item.
    fn run(
        &mut self,
        open: Vec<usize>,
        prices: &[(usize, f64)],
        floor: f64,
        depth: usize,
        work: &mut Work,
    ) -> Result<Choice, Undefined> {
        let mut best = Choice { sets: Vec::new(), gain: floor };
        let mut nodes = vec![Node { taken: Choice::default(), open, prices: prices.to_vec() }];
        let mut rounds = if depth == 0 { ROUNDS.0 } else { ROUNDS.1 };
        while let Some(node) = nodes.pop() {
            if let Some([without, with]) = self.decide(node, &mut best, rounds, depth, work)? {
                // The last is looked at first: a choice that takes more is a better measure for the others.
                nodes.push(without);
                nodes.push(with);
            }
            rounds = ROUNDS.1;
        }
        Ok(best)
    }

    /// Bounds a node; where it may hold a better choice, finds that, or returns the two nodes in which one of its sets is left or
    /// taken.
    fn decide(
        &mut self,
        mut node: Node,
        best: &mut Choice,
        rounds: usize,
        depth: usize,
        work: &mut Work,
    ) -> Result<Option<[Node; 2]>, Undefined> {
        let (mut market, items) = self.market(&node);
        let size = market.items_of.iter().map(Vec::len).sum::<usize>() + 1;
        let mut bound = f64::INFINITY;
        for round in 0..rounds {
            work.spend(2 * size)?;
            market.improve();
            let now = node.taken.gain + market.bound();
            if best.beats(now) {
                return Ok(None);
            }
            let slow = bound - now < EPSILON;
            bound = now;
            if slow {
                break;
            }
            if round % 10 == 0 {
                best.improve_to(self.guess(&node, &market));
            }
        }
        best.improve_to(self.guess(&node, &market));
        // A set with a deficit lowers the bound by it when it is taken; if nothing better is left, it goes.
        let hopeful = |place: &usize| !best.beats(bound + market.surplus[*place].min(0.0));
        let left: Vec<usize> = (0..node.open.len()).filter(hopeful).collect();
        if best.beats(bound) || left.is_empty() {
            return Ok(None);
        }
        node.prices = items.into_iter().zip(market.prices.iter().copied()).collect();
        if depth < DEEPEST {
            let items_of: Vec<(usize, &[usize])> =
                left.iter().map(|place| (node.open[*place], market.items_of[*place].as_slice())).collect();
            let parts = components(market.prices.len(), &items_of);
            if parts.len() > 1 {
                self.by_parts(node, parts, best, depth, work)?;
                return Ok(None);
            }
        }
        Ok(self.branch(&node, &market, &left))
    }

    /// Decides a node whose open sets fall apart, part by part. A part is given up when even the bounds of the others would not make the
    /// whole better than the best choice so far.
    fn by_parts(
        &mut self,
        node: Node,
        parts: Vec<Vec<usize>>,
        best: &mut Choice,
        depth: usize,
        work: &mut Work,
    ) -> Result<(), Undefined> {
        let mut bounds = Vec::with_capacity(parts.len());
        for part in &parts {
            let part = Node { taken: Choice::default(), open: part.clone(), prices: node.prices.clone() };
            work.spend(node.prices.len() + part.open.len())?;
            bounds.push(self.market(&part).0.bound());
        }
        let mut rest: f64 = bounds.iter().sum();
        let mut choice = node.taken;
        for (part, bound) in parts.into_iter().zip(bounds) {
            rest -= bound;
            let floor = (best.gain - choice.gain - rest).max(0.0);
            let found = self.run(part, &node.prices, floor, depth + 1, work)?;
            if found.sets.is_empty() && floor > 0.0 {
                return Ok(());
            }
            choice.sets.extend(found.sets);
            choice.gain += found.gain;
        }
        best.improve_to(choice);
        Ok(())
    }

    /// The two nodes in which the least decided of the sets at these places is left, or taken.
    fn branch(&self, node: &Node, market: &Market, left: &[usize]) -> Option<[Node; 2]> {
        // The set nearest to being worth its price is the least decided one; of equals, the one that gains most.
        let undecided = left.iter().copied().min_by(|one, other| {
            let by_surplus = market.surplus[*one].abs().total_cmp(&market.surplus[*other].abs());
            let gain = |place: usize| self.sets[node.open[place]].gain;
            by_surplus.then(gain(*other).total_cmp(&gain(*one)))
        })?;
        let set = node.open[undecided];
        let meets = |place: usize| {
            market.items_of[place].iter().any(|item| market.items_of[undecided].contains(item))
        };
        let open = |keep: &dyn Fn(usize) -> bool| -> Vec<usize> {
            left.iter().filter(|place| keep(**place)).map(|place| node.open[*place]).collect()
        };
        let mut taken = node.taken.clone();
        taken.sets.push(set);
        taken.gain += self.sets[set].gain;
        Some([
            Node { open: open(&|place| place != undecided), ..node.clone() },
            Node { open: open(&|place| !meets(place)), taken, prices: node.prices.clone() },
        ])
    }

    /// The open sets of a node, and the number of each item.
    fn market(&mut self, node: &Node) -> (Market, Vec<usize>) {
        let number_of = &mut self.numbers;
        let mut items_here = Vec::new();
        let mut market = Market {
            prices: Vec::new(),
            sets_of: Vec::new(),
            items_of: Vec::with_capacity(node.open.len()),
            surplus: Vec::with_capacity(node.open.len()),
        };
        for (place, set) in node.open.iter().enumerate() {
            let mut items = Vec::with_capacity(self.sets[*set].items.len());
            for item in &self.sets[*set].items {
                if number_of[*item] == NONE {
                    number_of[*item] = items_here.len();
                    items_here.push(*item);
                    market.sets_of.push(Vec::new());
                }
                items.push(number_of[*item]);
                market.sets_of[number_of[*item]].push(place);
            }
            market.items_of.push(items);
        }
        market.prices = vec![0.0; items_here.len()];
        for (item, price) in &node.prices {
            if number_of[*item] != NONE {
                market.prices[number_of[*item]] = *price;
            }
        }
        for (items, set) in market.items_of.iter().zip(&node.open) {
            let price: f64 = items.iter().map(|item| market.prices[*item]).sum();
            market.surplus.push(self.sets[*set].gain - price);
        }
        for item in &items_here {
            number_of[*item] = NONE;
        }
        (market, items_here)
    }

    /// Takes sets by surplus as long as they are disjoint.
    fn guess(&self, node: &Node, market: &Market) -> Choice {
        let mut order: Vec<usize> = (0..node.open.len()).collect();
        order.sort_by(|one, other| {
            market.surplus[*other].total_cmp(&market.surplus[*one]).then(one.cmp(other))
        });
        let mut used = vec![false; market.prices.len()];
        let mut choice = node.taken.clone();
        for place in order {
            if market.items_of[place].iter().all(|item| !used[*item]) {
                market.items_of[place].iter().for_each(|item| used[*item] = true);
                choice.sets.push(node.open[place]);
                choice.gain += self.sets[node.open[place]].gain;
            }
        }
        choice
    }
}

impl Market {
    /// Sets each price to the middle between what the best and the second best set could pay for the item.
    fn improve(&mut self) {
        for item in 0..self.prices.len() {
            let (mut most, mut second) = (0.0_f64, 0.0_f64);
            for set in &self.sets_of[item] {
                let pays = self.surplus[*set] + self.prices[item];
                if pays > most {
                    (most, second) = (pays, most);
                } else if pays > second {
                    second = pays;
                }
            }
            let raised = (most + second) / 2.0 - self.prices[item];
            self.prices[item] += raised;
            for set in &self.sets_of[item] {
                self.surplus[*set] -= raised;
            }
        }
    }

    /// No choice among the open sets gains more.
    fn bound(&self) -> f64 {
        self.prices.iter().sum::<f64>() + self.surplus.iter().map(|surplus| surplus.max(0.0)).sum::<f64>()
    }
}
