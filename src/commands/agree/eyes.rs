//! The report for eyes: who was compared on what, a table by code, what holds of all codes, and what to beware of.

use super::beware;
use super::rows::{self, Look};
use crate::actions::agree::{Basis, Estimate, Report, Value};
use crate::actions::compare::Unit;
use crate::error::Result;
use crate::ui::plural::{count, thousands};
use crate::ui::{Format, Ui};

pub(super) fn write(ui: &mut Ui, report: &Report) -> Result<()> {
    heading(ui, report)?;
    if !report.codes.is_empty() {
        ui.answer("")?;
        rows::listing(ui, Format::Table, report, Look::Eyes)?;
        ui.answer("")?;
        overall(ui, report)?;
    }
    beware::answer(ui, report)
}

fn heading(ui: &mut Ui, report: &Report) -> Result<()> {
    let compared = &report.compared;
    let coders = compared.handles().join(", ");
    let coders = ui.shown(&coders).into_owned();
    ui.answer(format!("Coders     {}", if coders.is_empty() { "none" } else { &coders }))?;
    let mut texts = format!(
        "{} of {}, read by two or more of them",
        count(compared.documents.len() as u64, "document"),
        count(report.characters, "character")
    );
    let left_out = &compared.left_out;
    if !left_out.one_reader.is_empty() {
        texts += &format!("; {} left out (one reader)", thousands(left_out.one_reader.len() as u64));
    }
    ui.answer(format!("Texts      {texts}"))?;
    let unit = match compared.unit {
        Unit::Character => "character".to_owned(),
        Unit::Sentence => format!("sentence ({}); a passage codes those it touches", thousands(report.units)),
        Unit::Paragraph => {
            format!("paragraph ({}); a passage codes those it touches", thousands(report.units))
        }
        Unit::Document => "document; a passage codes the document it is in".to_owned(),
    };
    ui.answer(format!("Unit       {unit}"))?;
    let unused = match report.unused.len() as u64 {
        0 => String::new(),
        unused => format!("; {} not used by them", thousands(unused)),
    };
    ui.answer(format!("Codes      {}{unused}", thousands(report.codes.len() as u64)))?;
    if let Some((resampling, parts)) = &report.resampling {
        let parts = count(*parts as u64, if compared.paragraphs { "paragraph" } else { "document" });
        ui.answer(format!(
            "Intervals  95 %, {} of {parts}, seed {}",
            count(u64::from(resampling.resamples), "resample"),
            resampling.seed
        ))?;
    }
    Ok(())
}

fn overall(ui: &mut Ui, report: &Report) -> Result<()> {
    let overall = &report.overall;
    let over = count((report.codes.len() - overall.undefined) as u64, "code");
    line(
        ui,
        &format!("alpha, mean over {over}"),
        overall.mean_alpha,
        &interval(overall.mean_interval.as_ref()),
    )?;
    if let Some((path, alpha)) = &overall.minimum {
        let path = ui.shown(path).into_owned();
        line(ui, "alpha, lowest", Ok(*alpha), &format!("  {path}"))?;
    }
    line(ui, "Dice, mean over codes", overall.mean_dice, "")?;
    if let Some((value, basis)) = &overall.bar_u_alpha {
        let of = match basis {
            Basis::Units => "do coders mark the same passages",
            Basis::AnyCode => "do coders mark the same text, whatever the code (codes overlap)",
        };
        line(ui, "|u-alpha", *value, &format!("  {of}"))?;
    }
    if let Some((value, coverage)) = &overall.cu_alpha {
        let speaks = coverage
            .map(|coverage| format!("; speaks of {:.1} % of the text", coverage * 100.0))
            .unwrap_or_default();
        line(ui, "cu-alpha", *value, &format!("  of what several marked, the same code{speaks}"))?;
    }
    for (coefficient, value) in &overall.values {
        line(ui, &format!("{}, all codes", coefficient.title()), *value, "")?;
    }
    if let Some(sets) = &overall.sets {
        line(ui, "alpha of sets, equality", sets.equality, "")?;
        line(ui, "alpha of sets, Jaccard", sets.jaccard, "")?;
        line(ui, "alpha of sets, MASI", sets.masi, "")?;
    }
    for (path, value, coverage) in &overall.ku_alpha {
        let speaks =
            coverage.map_or(String::new(), |coverage| format!("  of {:.1} % of its text", coverage * 100.0));
        let path = ui.shown(path).into_owned();
        line(ui, &format!("(k)u-alpha {path}"), *value, &speaks)?;
    }
    if let Some(Ok(gamma)) = &overall.gamma {
        ui.answer(super::beware::gamma_terms(gamma))?;
    }
    Ok(())
}

fn line(ui: &mut Ui, name: &str, value: Value, rest: &str) -> Result<()> {
    let shown = match value {
        Ok(value) => format!("{:>7}", rows::decimals(value)),
        Err(reason) => return ui.answer(format!("{name:<28} not defined: {reason}")),
    };
    ui.answer(format!("{name:<28} {shown}{rest}"))
}

/// `  (95 % 0.412 to 0.873)`, or why there is none.
fn interval(estimate: Option<&Estimate>) -> String {
    match estimate {
        Some(Ok(interval)) => {
            format!("  (95 % {} to {})", rows::decimals(interval.low), rows::decimals(interval.high))
        }
        Some(Err(reason)) => format!("  (no interval: {reason})"),
        None => String::new(),
    }
}
