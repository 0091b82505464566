//! What to beware of, in sentences: in the report for eyes at its end, beside other forms on standard error.

use crate::actions::agree::{Caution, CodeReport, Coefficient, Gamma, Report, Undefined};
use crate::error::Result;
use crate::ui::plural::{count, thousands};
use crate::ui::{Ui, wrap};

/// No more codes than these are named in one sentence.
const NAMED: usize = 6;

/// Customary limits are no verdict.
const LIMITS: &str = "Krippendorff's customary limits: from .800 conclusions may rely on the data, from .667 they are tentative; judge the \
     lower limit of the interval and the worst code that matters";

/// Ends the report for eyes.
pub(super) fn answer(ui: &mut Ui, report: &Report) -> Result<()> {
    let mut sentences = undefined(report);
    sentences.extend(undefined_draws(report));
    sentences.extend(cautions(report));
    sentences.extend(left_out(report));
    if report.codes.iter().any(|code| code.value(Coefficient::Alpha).is_some_and(|alpha| alpha.is_ok())) {
        sentences.push(LIMITS.to_owned());
    }
    if sentences.is_empty() {
        return Ok(());
    }
    ui.answer("\nNotes")?;
    for sentence in sentences {
        let sentence = ui.shown(&sentence).into_owned();
        for (number, line) in wrap(&sentence, ui.width().clamp(40, 120) - 2).iter().enumerate() {
            ui.answer(format!("{}{}", if number == 0 { "- " } else { "  " }, line.text))?;
        }
    }
    Ok(())
}

/// Says the same beside an answer for programs.
pub(super) fn warn(ui: &mut Ui, report: &Report) {
    for sentence in cautions(report) {
        ui.warn(sentence);
    }
    for sentence in left_out(report) {
        ui.status(sentence);
    }
}

/// What to type where there is nothing to compare.
pub(super) fn too_few(ui: &mut Ui, report: &Report) {
    let compared = &report.compared;
    if compared.nothing_chosen() {
        ui.warn("there is no document to compare");
        ui.hint("`postil document list` shows the documents and their attributes");
    } else if compared.coders.len() < 2 {
        ui.warn("agreement needs two coders who read the same texts");
        ui.hint("`postil progress` shows who has read what, `postil done DOC` says that you have read one");
    } else if compared.documents.is_empty() {
        ui.warn("no document was read by two of these coders");
        ui.hint("`postil progress` shows who has read what, `postil done DOC` says that you have read one");
    } else if report.codes.is_empty() {
        ui.warn("none of these coders used any of these codes: nothing marked by anybody is not agreement");
        ui.hint("`postil stats codes --by coder` shows who used which code");
    } else if report.overall.mean_interval == Some(Err(Undefined::TooFewUnitsToResample))
        && !compared.paragraphs
    {
        ui.hint("`--resample paragraph` draws paragraphs where there are too few documents");
    }
}

/// The cautions as sentences; whom one coder could see stands in one sentence, or there would be one for each pair of many coders.
fn cautions(report: &Report) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut seen: Vec<(&str, Vec<String>)> = Vec::new();
    for caution in &report.cautions {
        let Caution::Seen(coder, other, _) = caution else {
            sentences.push(sentence(caution));
            continue;
        };
        match seen.last_mut() {
            Some((known, others)) if known == coder => {
                others.push(other.clone());
                sentences.pop();
                sentences.push(format!(
                    "{coder} could see the work of {} while coding: their agreement is not independent",
                    list(others)
                ));
            }
            _ => {
                seen.push((coder, vec![other.clone()]));
                sentences.push(sentence(caution));
            }
        }
    }
    sentences
}

/// A caution as its sentence.
pub(super) fn sentence(caution: &Caution) -> String {
    match caution {
        Caution::Prevalence(codes) => format!(
            "{} under less than 1 % or more than 99 % of what was read, where agreement can be high and alpha low: read AC1 and Dice \
             beside alpha",
            named(codes)
        ),
        Caution::FewSpans(codes) => {
            format!("{} fewer than 30 passages, too few to say much", named_with(codes, "has", "have"))
        }
        Caution::FewDocuments(documents) => {
            format!(
                "{} compared: others may differ",
                count(*documents as u64, "document") + if *documents == 1 { " is" } else { " are" }
            )
        }
        Caution::LongSpan(annotation, part) => format!(
            "annotation #{annotation} alone is {:.0} % of all coded text and dominates what is counted by character",
            part * 100.0
        ),
        Caution::UnequalSpans((fewest, few), (most, many)) => format!(
            "{most} marked {}, {fewest} {}: how finely they cut may cause differences, not the codes",
            count(*many, "passage"),
            thousands(*few)
        ),
        Caution::LowCoverage(part) => {
            format!(
                "cu-alpha speaks of {:.1} % of the text only, what more than one coder marked",
                part * 100.0
            )
        }
        Caution::Borders(passages) => format!(
            "{} only by up to 3 characters at the borders: `--snap word` shows agreement without that",
            count(*passages, "passage") + if *passages == 1 { " differs" } else { " differ" }
        ),
        Caution::Seen(coder, other, documents) => format!(
            "{coder} could see the work of {other} in {} while coding: their agreement is not independent",
            count(*documents as u64, "document")
        ),
    }
}

/// The letter and number of a caution, by which the documentation explains it.
pub(super) fn number(caution: &Caution) -> &'static str {
    match caution {
        Caution::Prevalence(_) => "W1",
        Caution::FewSpans(_) | Caution::FewDocuments(_) => "W2",
        Caution::LongSpan(..) => "W3",
        Caution::UnequalSpans(..) => "W4",
        Caution::LowCoverage(_) => "W5",
        Caution::Borders(_) => "W6",
        Caution::Seen(..) => "W7",
    }
}

/// All that gamma depends on (W8).
pub(super) fn gamma_terms(gamma: &Gamma) -> String {
    format!(
        "gamma: {} of {} units, sampler: shuffle, seed {}, alpha {}, beta {}, delta 1; disorder {:.4}, by chance {:.4}",
        count(u64::from(gamma.samples), "sample"),
        thousands(gamma.units),
        gamma.seed,
        gamma.alpha,
        gamma.beta,
        gamma.observed,
        gamma.expected
    )
}

/// Why which coefficient of which code is not there.
fn undefined(report: &Report) -> Vec<String> {
    let mut by_reason: Vec<(Coefficient, Undefined, Vec<String>)> = Vec::new();
    for code in &report.codes {
        for (coefficient, value) in &code.values {
            let Err(reason) = value else { continue };
            let same = |known: &&mut (Coefficient, Undefined, Vec<String>)| {
                known.0 == *coefficient && known.1 == *reason
            };
            match by_reason.iter_mut().find(same) {
                Some(known) => known.2.push(code.path.clone()),
                None => by_reason.push((*coefficient, *reason, vec![code.path.clone()])),
            }
        }
    }
    by_reason
        .into_iter()
        .map(|(coefficient, reason, codes)| {
            format!("{} of {} is not defined: {reason}", coefficient.title(), list(&codes))
        })
        .collect()
}

/// Draws in which a code does not occur, or only with one coder everywhere, have no alpha.
fn undefined_draws(report: &Report) -> Option<String> {
    let (resampling, _) = report.resampling?;
    let draws = |code: &CodeReport| {
        code.interval.and_then(|interval| interval.ok()).map_or(0, |interval| interval.undefined)
    };
    let codes: Vec<String> =
        report.codes.iter().filter(|code| draws(code) > 0).map(|code| code.path.clone()).collect();
    let most = report.codes.iter().map(draws).max()?;
    (most > 0).then(|| {
        format!(
            "up to {} of {} draws had no variation and are in no interval, of {}: such intervals are too narrow",
            thousands(u64::from(most)),
            thousands(u64::from(resampling.resamples)),
            list(&codes)
        )
    })
}

fn left_out(report: &Report) -> Vec<String> {
    let left_out = &report.compared.left_out;
    let mut sentences = Vec::new();
    let names = |names: &[String]| list(names);
    if !left_out.one_reader.is_empty() {
        sentences.push(format!(
            "left out, since only one of these coders read it: {}",
            names(&left_out.one_reader)
        ));
    }
    if !left_out.unfinished.is_empty() {
        let who: Vec<String> =
            left_out.unfinished.iter().map(|(document, coder)| format!("{coder} in {document}")).collect();
        sentences.push(format!("annotations left out, since not done (`postil done DOC`): {}", names(&who)));
    }
    if left_out.inferred > 0 {
        sentences.push(format!(
            "{} never said `done`: who annotated in a document is taken to have read it all (`--done-only` asks for `done`)",
            count(left_out.inferred as u64, "reader")
        ));
    }
    if left_out.orphans > 0 {
        sentences.push(format!(
            "{} left out, whose passage was lost when the text was revised (`postil list --orphans`)",
            count(left_out.orphans, "annotation")
        ));
    }
    sentences
}

fn named(codes: &[String]) -> String {
    named_with(codes, "is", "are")
}

fn named_with(codes: &[String], one: &str, several: &str) -> String {
    format!("{} {}", list(codes), if codes.len() == 1 { one } else { several })
}

fn list(names: &[String]) -> String {
    match names.len().checked_sub(NAMED).filter(|more| *more > 1) {
        Some(more) => format!("{} and {} more", names[..NAMED].join(", "), thousands(more as u64)),
        None => names.join(", "),
    }
}
