//! `docs/reliability.md`: what it names exists, and its figures are those of the last soak.

use std::path::Path;

use crate::figures::measured;

const OPENS: &str = "<!--figure ";
const CLOSES: &str = "<!--/-->";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The page in pieces: plain text, and figures as (key, text).
fn figures_of(page: &str) -> Vec<(&str, &str)> {
    let mut found = Vec::new();
    for part in page.split(OPENS).skip(1) {
        let (key, rest) = part.split_once("-->").unwrap();
        let (figure, _) = rest.split_once(CLOSES).unwrap_or_else(|| panic!("the figure `{key}` has no end"));
        found.push((key, figure));
    }
    found
}

/// The page with every figure that `measured` knows in the place of the one that is there.
fn with_figures(page: &str, measured: impl Fn(&str) -> Option<String>) -> String {
    let mut text = page.to_owned();
    for (key, figure) in figures_of(page) {
        if let Some(new) = measured(key) {
            let old = format!("{OPENS}{key}-->{figure}{CLOSES}");
            text = text.replace(&old, &format!("{OPENS}{key}-->{}{CLOSES}", new.trim()));
        }
    }
    text
}

/// Whether the page is to be written, and not only to be read.
#[expect(clippy::disallowed_methods, reason = "a test has no other way to be told")]
fn is_asked_to_write() -> bool {
    std::env::var_os("UPDATE_RELIABILITY").is_some()
}

/// Every source that records figures, without white space: a call may stand in one line or in several.
fn recorders() -> String {
    let folder = root().join("tests/faults");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.is_file());
    files.map(|path| std::fs::read_to_string(path).unwrap()).collect::<String>().split_whitespace().collect()
}

#[test]
fn what_the_page_names_exists_and_its_figures_are_recorded_by_a_test() {
    let path = root().join("docs/reliability.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let sources = recorders();
    let figures = figures_of(&page);
    assert!(figures.len() > 10, "the page has no figures");
    for (key, figure) in &figures {
        let recorded = [format!("record(\"{key}\""), format!("figure{key}\"")];
        assert!(recorded.iter().any(|call| sources.contains(call)), "nothing records `{key}`");
        assert!(!figure.trim().is_empty(), "`{key}` was never measured");
    }
    // Every other piece between backticks is code.
    for named in page.split('`').skip(1).step_by(2) {
        let is_path =
            ["tests/", "fuzz/", "docs/", "src/", "fixtures/"].iter().any(|top| named.starts_with(top));
        let (file, test) = named.split_once("::").unwrap_or((named, ""));
        if is_path {
            let path = root().join(file);
            assert!(path.exists(), "`{file}` is not there");
            assert!(
                test.is_empty() || std::fs::read_to_string(&path).unwrap().contains(&format!("fn {test}(")),
                "`{file}` has no test `{test}`"
            );
        }
    }
    if is_asked_to_write() {
        std::fs::write(&path, with_figures(&page, measured)).unwrap();
    }
}

#[test]
fn a_figure_is_replaced_by_its_name() {
    let page = "a <!--figure one-->old<!--/--> b <!--figure two-->kept<!--/-->";
    let new = with_figures(page, |key| (key == "one").then(|| "new\n".to_owned()));
    assert_eq!(new, "a <!--figure one-->new<!--/--> b <!--figure two-->kept<!--/-->");
}
