//! A paragraph for a methods section, after O'Connor and Joffe (2020): what was measured on what, what is known and what the
//! authors must still say. Words in brackets are theirs to fill in.

use std::fmt::Write;

use crate::actions::agree::{Caution, Coefficient, Report};
use crate::actions::compare::Unit;
use crate::ui::plural::{count, count_of, thousands};

/// The paragraph, in English.
pub(super) fn paragraph(report: &Report) -> String {
    let compared = &report.compared;
    let left_out = &compared.left_out;
    let all = compared.documents.len() + left_out.one_reader.len() + left_out.unread.len();
    let mut text = String::new();
    let mut say = |sentence: String| {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&sentence);
    };
    say("Intercoder reliability was assessed to [say why: to refine the codebook, to justify coding the rest alone, …].".into());
    say(format!(
        "{} ({}) coded {} of {} ({} characters){}.",
        count(compared.coders.len() as u64, "coder"),
        compared.handles().join(", "),
        thousands(compared.documents.len() as u64),
        count(all as u64, "document"),
        thousands(report.characters),
        if compared.documents.len() < all { "; these were chosen [say how]" } else { "" }
    ));
    say(independence(report));
    say("Coders marked passages of any length, which were not fixed beforehand; passages may overlap and carry several codes."
        .into());
    say(match compared.unit {
        Unit::Character => "Agreement was computed for each code by character (coded or not coded).".into(),
        Unit::Sentence => format!(
            "Agreement was computed for each code by sentence ({}), a sentence being coded when a passage touched it.",
            thousands(report.units)
        ),
        Unit::Paragraph => format!(
            "Agreement was computed for each code by paragraph ({}), a paragraph being coded when a passage touched it.",
            thousands(report.units)
        ),
        Unit::Document => "Agreement was computed for each code by document.".into(),
    });
    say(numbers(report));
    if let Some((resampling, parts)) = &report.resampling
        && matches!(report.overall.mean_interval, Some(Ok(_)))
    {
        say(format!(
            "Intervals are 95 % percentile intervals of {} of the {} (seed {}).",
            count(u64::from(resampling.resamples), "bootstrap resample"),
            if compared.paragraphs {
                count(*parts as u64, "paragraph")
            } else {
                count(*parts as u64, "document")
            },
            resampling.seed
        ));
    }
    say("Disagreements were settled by [say how: discussion, a third coder, …].".into());
    say("The limits of .667 and .800 are conventions.".into());
    text
}

fn independence(report: &Report) -> String {
    let seen: Vec<String> = report
        .cautions
        .iter()
        .filter_map(|caution| match caution {
            Caution::Seen(coder, other, documents) => {
                Some(format!("{coder} could see {other}'s work in {}", count(*documents as u64, "document")))
            }
            _ => None,
        })
        .collect();
    if seen.is_empty() {
        "They worked [independently; say how it was ensured].".into()
    } else {
        format!("They did not work independently throughout: {}.", seen.join("; "))
    }
}

fn numbers(report: &Report) -> String {
    let overall = &report.overall;
    let Ok(mean) = overall.mean_alpha else {
        return "Krippendorff's alpha is not defined for these codings.".into();
    };
    let defined = (report.codes.len() - overall.undefined) as u64;
    let mut text =
        format!("Krippendorff's alpha over {} had a mean of {}", count(defined, "code"), two(mean));
    if let Some(Ok(interval)) = overall.mean_interval {
        let _ = write!(text, " (95 % {} to {})", two(interval.low), two(interval.high));
    }
    if let Some((path, lowest)) = &overall.minimum {
        let _ = write!(text, "; the lowest was {} ({path})", two(*lowest));
    }
    let by_code: Vec<String> = report
        .codes
        .iter()
        .map(|code| match code.value(Coefficient::Alpha) {
            Some(Ok(alpha)) => format!("{} {}", code.path, two(alpha)),
            _ => format!("{} not defined", code.path),
        })
        .collect();
    let _ = write!(text, ". By code: {}.", by_code.join(", "));
    if !report.unused.is_empty() {
        let unused = report.unused.len() as u64;
        let _ = write!(
            text,
            " {} nobody used {} left out.",
            count_of(unused, "code that", "codes that"),
            if unused == 1 { "is" } else { "are" }
        );
    }
    text
}

/// Two decimals; what rounds to nothing has no sign.
fn two(value: f64) -> String {
    let shown = format!("{value:.2}");
    if shown == "-0.00" { "0.00".to_owned() } else { shown }
}
