//! Choosing disjoint sets of the greatest gain, exactly: branch and bound on a Lagrangian bound.
//!
//! Each item has a price, and a set's surplus is its gain less the prices of its items. Whatever the prices, no choice of disjoint
//! sets gains more than the sum of all prices and all positive surpluses. Prices are improved one after the other, each to the middle
//! of what is best for it, which never raises the bound; sets that cannot be in a better choice than the best one known are then
//! dropped, and what is left open is tried both ways. Alignments are nearly decided by the prices, so few are.

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
    let mut search = Search { sets, numbers: vec![NONE; items], best: Vec::new(), best_gain: 0.0 };
    let mut chosen = Vec::new();
    for part in components(items, sets) {
        chosen.extend(search.run(part, work)?);
    }
    chosen.sort_unstable();
    Ok(chosen)
}

/// The sets in groups that share no item.
fn components(items: usize, sets: &[Set]) -> Vec<Vec<usize>> {
    // Union-find: each item points to one nearer to the first item of its group.
    let mut leads: Vec<usize> = (0..items).collect();
    fn root(leads: &mut [usize], mut item: usize) -> usize {
        while leads[item] != item {
            leads[item] = leads[leads[item]];
            item = leads[item];
        }
        item
    }
    for set in sets {
        for item in &set.items {
            let (one, other) = (root(&mut leads, set.items[0]), root(&mut leads, *item));
            leads[one.max(other)] = one.min(other);
        }
    }
    let mut groups = std::collections::BTreeMap::<usize, Vec<usize>>::new();
    for (number, set) in sets.iter().enumerate() {
        if let Some(item) = set.items.first() {
            groups.entry(root(&mut leads, *item)).or_default().push(number);
        }
    }
    groups.into_values().collect()
}

const NONE: usize = usize::MAX;

struct Search<'a> {
    sets: &'a [Set],
    /// By item, its number in the market that is being made; made once, since there are many markets.
    numbers: Vec<usize>,
    best: Vec<usize>,
    best_gain: f64,
}

/// What is decided and what is open.
#[derive(Clone)]
struct Node {
    /// Sets that are chosen.
    taken: Vec<usize>,
    gain: f64,
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
    /// The best choice among these sets.
    fn run(&mut self, open: Vec<usize>, work: &mut Work) -> Result<Vec<usize>, Undefined> {
        self.best_gain = 0.0;
        let mut nodes = vec![Node { taken: Vec::new(), gain: 0.0, open, prices: Vec::new() }];
        let mut rounds = ROUNDS.0;
        while let Some(node) = nodes.pop() {
            if let Some([without, with]) = self.decide(node, rounds, work)? {
                // The last is looked at first: a choice that takes more is a better measure for the others.
                nodes.push(without);
                nodes.push(with);
            }
            rounds = ROUNDS.1;
        }
        Ok(std::mem::take(&mut self.best))
    }

    /// Bounds a node; where it may hold a better choice, returns the two nodes in which one of its sets is left or taken.
    fn decide(
        &mut self,
        mut node: Node,
        rounds: usize,
        work: &mut Work,
    ) -> Result<Option<[Node; 2]>, Undefined> {
        let (mut market, numbers) = self.market(&node);
        let size = market.items_of.iter().map(Vec::len).sum::<usize>() + 1;
        let mut bound = f64::INFINITY;
        for round in 0..rounds {
            work.spend(2 * size)?;
            market.improve();
            let now = node.gain + market.bound();
            if now <= self.best_gain + EPSILON {
                return Ok(None);
            }
            let slow = bound - now < EPSILON;
            bound = bound.min(now);
            if round % 10 == 0 || slow {
                self.guess(&node, &market);
            }
            if slow {
                break;
            }
        }
        self.guess(&node, &market);
        let bound = node.gain + market.bound();
        if bound <= self.best_gain + EPSILON {
            return Ok(None);
        }
        // A set with a deficit lowers the bound by it when it is taken; if nothing better is left, it goes.
        let hopeful = |place: &usize| bound + market.surplus[*place].min(0.0) > self.best_gain + EPSILON;
        let left: Vec<usize> = (0..node.open.len()).filter(hopeful).collect();
        // The set nearest to being worth its price is the least decided one; of equals, the one that gains most.
        let undecided = left.iter().copied().min_by(|one, other| {
            let by_surplus = market.surplus[*one].abs().total_cmp(&market.surplus[*other].abs());
            let gain = |place: usize| self.sets[node.open[place]].gain;
            by_surplus.then(gain(*other).total_cmp(&gain(*one)))
        });
        let Some(undecided) = undecided else { return Ok(None) };
        node.prices = numbers.into_iter().zip(market.prices.iter().copied()).collect();
        let chosen = node.open[undecided];
        let meets = |place: &usize| {
            market.items_of[*place].iter().any(|item| market.items_of[undecided].contains(item))
        };
        let numbers_of =
            |places: Vec<usize>| -> Vec<usize> { places.into_iter().map(|place| node.open[place]).collect() };
        let without = left.iter().copied().filter(|place| *place != undecided).collect();
        let apart = left.iter().copied().filter(|place| !meets(place)).collect();
        let mut taken = node.taken.clone();
        taken.push(chosen);
        Ok(Some([
            Node { open: numbers_of(without), ..node.clone() },
            Node {
                open: numbers_of(apart),
                taken,
                gain: node.gain + self.sets[chosen].gain,
                prices: node.prices.clone(),
            },
        ]))
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

    /// Takes sets by surplus as long as they are disjoint; keeps the choice if it is the best so far.
    fn guess(&mut self, node: &Node, market: &Market) {
        let mut order: Vec<usize> = (0..node.open.len()).collect();
        order.sort_by(|one, other| {
            market.surplus[*other].total_cmp(&market.surplus[*one]).then(one.cmp(other))
        });
        let mut used = vec![false; market.prices.len()];
        let mut chosen = node.taken.clone();
        let mut gain = node.gain;
        for place in order {
            if market.items_of[place].iter().all(|item| !used[*item]) {
                market.items_of[place].iter().for_each(|item| used[*item] = true);
                chosen.push(node.open[place]);
                gain += self.sets[node.open[place]].gain;
            }
        }
        if gain > self.best_gain {
            (self.best, self.best_gain) = (chosen, gain);
        }
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
