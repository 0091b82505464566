//! Words in several places, told apart by what is around them.

use super::*;

fn range(start: u32, end: u32) -> CharRange {
    CharRange::new(start, end).expect("a test range is not empty")
}

fn row(order: u64, mark: &str, code: &str) -> ForeignRow {
    ForeignRow {
        row: order,
        mark: mark.to_owned(),
        quote: "war".to_owned(),
        codes: vec![vec![code.to_owned()]],
        ..ForeignRow::default()
    }
}

/// Landmarks of document 0: row, claimed start, start.
fn landmarks(rows: &[(u64, Option<u32>, u32)], in_text_order: bool) -> Landmarks {
    let found = rows.iter().map(|(order, claimed, start)| Landmark {
        order: *order,
        claimed: *claimed,
        start: *start,
    });
    Landmarks::new(HashMap::from([(0, found.collect())]), in_text_order)
}

fn ask(read: &ForeignRow, claimed: Option<u32>, hits: &[CharRange], landmarks: Landmarks) -> Option<u32> {
    let question = Question { document: 0, hits, found: None, read, claimed };
    answers(landmarks, &[question])[0].map(CharRange::start)
}

fn hits() -> [CharRange; 3] {
    [range(10, 13), range(50, 53), range(90, 93)]
}

#[test]
fn every_place_is_meant_when_as_many_rows_say_the_same() {
    let rows =
        [row(2, "a", "conflict"), row(3, "b", "conflict"), row(4, "c", "conflict"), row(5, "d", "other")];
    let hits = hits();
    let ask = |rows: &[ForeignRow]| -> Vec<Option<u32>> {
        let question = |read| Question { document: 0, hits: &hits, found: None, read, claimed: None };
        let questions: Vec<Question<'_>> = rows.iter().map(question).collect();
        answers(Landmarks::default(), &questions).into_iter().map(|hit| hit.map(CharRange::start)).collect()
    };
    assert_eq!(ask(&rows), [Some(10), Some(50), Some(90), None]);
    assert_eq!(ask(&rows[..2]), [None, None]);
    // Two rows of one passage are one.
    let twice = [row(2, "a", "conflict"), row(3, "b", "conflict"), row(4, "a", "conflict")];
    assert_eq!(ask(&twice), [None, None, None]);
    let twice = [twice.to_vec(), vec![row(9, "c", "conflict")]].concat();
    assert_eq!(ask(&twice), [Some(10), Some(50), Some(10), Some(90)]);
    // Without ids each row is one.
    let nameless = [row(2, "", "conflict"), row(3, "", "conflict"), row(4, "", "conflict")];
    assert_eq!(ask(&nameless), [Some(10), Some(50), Some(90)]);
}

#[test]
fn positions_that_are_off_are_off_alike() {
    let read = row(9, "", "c");
    let between = || landmarks(&[(2, Some(20), 25), (3, Some(70), 75)], false);
    assert_eq!(ask(&read, Some(45), &hits(), between()), Some(50));
    assert_eq!(ask(&read, Some(46), &hits(), between()), None);
    // The text grew by 10 somewhere between.
    let growing = || landmarks(&[(2, Some(20), 25), (3, Some(70), 85)], false);
    assert_eq!(ask(&read, Some(42), &hits(), growing()), Some(50));
    assert_eq!(ask(&read, Some(34), &hits(), growing()), None);
    // Before the first passage the beginning of the text tells.
    assert_eq!(ask(&read, Some(7), &hits(), landmarks(&[(2, Some(30), 35)], false)), Some(10));
    // After the last one nothing does.
    assert_eq!(ask(&read, Some(85), &hits(), landmarks(&[(2, Some(30), 35)], false)), None);
    assert_eq!(ask(&read, Some(50), &hits(), Landmarks::default()), None);
}

#[test]
fn few_words_at_their_positions_are_doubted_when_their_neighbours_are_off() {
    let (read, hits) = (row(9, "", "c"), hits());
    let ask = |rows: &[(u64, Option<u32>, u32)]| {
        let question =
            Question { document: 0, hits: &hits, found: Some(range(50, 53)), read: &read, claimed: Some(50) };
        answers(landmarks(rows, false), &[question])[0].map(CharRange::start)
    };
    assert_eq!(ask(&[]), Some(50));
    assert_eq!(ask(&[(2, Some(20), 20), (3, Some(70), 95)]), Some(50));
    assert_eq!(ask(&[(2, Some(20), 60), (3, Some(70), 110)]), Some(90));
    assert_eq!(ask(&[(2, Some(20), 27), (3, Some(70), 77)]), None);
    // The row itself is no neighbour.
    assert_eq!(ask(&[(2, Some(20), 27), (9, Some(50), 50), (3, Some(70), 77)]), None);
}

#[test]
fn the_order_of_the_rows_tells_only_where_it_is_that_of_the_text() {
    let read = row(6, "", "c");
    let ordered = [(2, None, 5), (3, None, 20), (5, None, 30), (7, None, 70), (8, None, 80)];
    assert_eq!(ask(&read, None, &hits(), landmarks(&ordered, true)), Some(50));
    assert_eq!(ask(&read, None, &hits(), landmarks(&ordered, false)), None);
    // Few passages are in order by accident, and one that is out of order is enough.
    assert_eq!(ask(&read, None, &hits(), landmarks(&ordered[1..], true)), None);
    let mixed = [(2, None, 5), (3, None, 31), (5, None, 30), (7, None, 70), (8, None, 80), (9, None, 99)];
    assert_eq!(ask(&read, None, &hits(), landmarks(&mixed, true)), None);
    // Both of two places between the neighbours are as likely.
    let wide = [(2, None, 5), (3, None, 6), (5, None, 7), (7, None, 70), (8, None, 80)];
    assert_eq!(ask(&read, None, &hits(), landmarks(&wide, true)), None);
}

#[test]
fn a_passage_that_the_order_told_tells_of_the_next() {
    let rows = [row(6, "", "c"), row(7, "", "d")];
    let [first, second] = [[range(10, 13), range(50, 53)], [range(40, 43), range(60, 63)]];
    let ordered = [(2, None, 5), (3, None, 20), (5, None, 30), (8, None, 70), (9, None, 80)];
    let questions = [
        Question { document: 0, hits: &first, found: None, read: &rows[0], claimed: None },
        Question { document: 0, hits: &second, found: None, read: &rows[1], claimed: None },
    ];
    let starts: Vec<Option<u32>> = answers(landmarks(&ordered, true), &questions)
        .into_iter()
        .map(|hit| hit.map(CharRange::start))
        .collect();
    assert_eq!(starts, [Some(50), Some(60)]);
}

#[test]
fn the_passages_of_all_documents_together_show_the_order() {
    let found = |document: usize, starts: &[u32]| {
        let rows = starts.iter().enumerate().map(|(at, start)| Landmark {
            order: (document * 10 + at * 2 + 2) as u64,
            claimed: None,
            start: *start,
        });
        (document, rows.collect::<Vec<_>>())
    };
    let read = row(13, "", "c");
    let ask = |documents: &[(usize, &[u32])]| {
        let all = documents.iter().map(|(document, starts)| found(*document, starts)).collect();
        let question = Question { document: 1, hits: &hits(), found: None, read: &read, claimed: None };
        answers(Landmarks::new(all, true), &[question])[0].map(CharRange::start)
    };
    assert_eq!(ask(&[(0, &[1, 2, 3, 4]), (1, &[30, 60, 61])]), Some(50));
    assert_eq!(ask(&[(0, &[1, 2]), (1, &[30, 60, 61])]), None);
    assert_eq!(ask(&[(0, &[1, 2, 4, 3]), (1, &[30, 60, 61])]), None);
}
