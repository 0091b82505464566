//! The bars in the gutter: each mark gets a lane, and no two marks share one on any line.

/// The lanes of marks that stand on these lines (first and last, both included), ordered by first line; and how many
/// lanes there are.
///
/// The lowest free lane is taken, so that what ended makes room and the gutter stays as narrow as the marks allow.
/// With longer marks first among those that begin on one line, bars nest as their passages do.
pub(super) fn lanes(lines: &[(usize, usize)]) -> (Vec<usize>, usize) {
    // For each lane the line from which it is free.
    let mut free_from: Vec<usize> = Vec::new();
    let mut lane_of = Vec::with_capacity(lines.len());
    for (first, last) in lines {
        let lane = match free_from.iter().position(|free| free <= first) {
            Some(lane) => lane,
            None => {
                free_from.push(0);
                free_from.len() - 1
            }
        };
        free_from[lane] = last + 1;
        lane_of.push(lane);
    }
    (lane_of, free_from.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_lane_is_used_again_where_it_is_free() {
        assert_eq!(lanes(&[(0, 5), (1, 2), (2, 3), (3, 4), (6, 6)]), (vec![0, 1, 2, 1, 0], 3));
        assert_eq!(lanes(&[]), (vec![], 0));
    }

    proptest! {
        #[test]
        fn no_two_marks_share_a_lane_on_a_line_and_no_lane_is_wasted(
            mut marks in prop::collection::vec((0_usize..30, 0_usize..6), 0..30),
        ) {
            marks.sort_unstable();
            let lines: Vec<(usize, usize)> = marks.iter().map(|(first, more)| (*first, first + more)).collect();
            let (lane_of, count) = lanes(&lines);
            let on_line = |line: usize| {
                let mut here: Vec<usize> = lines
                    .iter()
                    .zip(&lane_of)
                    .filter(|((first, last), _)| (*first..=*last).contains(&line))
                    .map(|(_, lane)| *lane)
                    .collect();
                here.sort_unstable();
                here
            };
            let mut most = 0;
            for line in 0..40 {
                let here = on_line(line);
                let mut apart = here.clone();
                apart.dedup();
                prop_assert_eq!(&here, &apart);
                most = most.max(here.len());
            }
            prop_assert_eq!(count, most);
        }
    }
}
