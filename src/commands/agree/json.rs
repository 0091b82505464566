//! The whole report as one JSON object. Its shape is a contract; what is not defined is null beside its reason.

use serde_json::{Map, Value as Json, json};

use super::beware;
use crate::actions::agree::{Basis, CodeReport, Coefficient, Estimate, Gamma, Report, Undefined, Value};
use crate::actions::compare::Unit;
use crate::error::{Error, Result};
use crate::ui::Ui;

pub(super) fn write(ui: &mut Ui, report: &Report) -> Result<()> {
    print(ui, &object(report))
}

/// One value as indented JSON.
pub(super) fn print(ui: &mut Ui, json: &Json) -> Result<()> {
    let text = serde_json::to_string_pretty(json)
        .map_err(|source| Error::internal("a report has no JSON form").caused_by(source))?;
    // As it stands: exact in a pipe, harmless on a terminal.
    ui.out()
        .write_all(format!("{text}\n").as_bytes())
        .map_err(|source| Error::io("standard output cannot be written", source))
}

fn object(report: &Report) -> Json {
    let compared = &report.compared;
    let handles = compared.handles();
    let documents: Vec<Json> = compared
        .documents
        .iter()
        .zip(&compared.material.readings)
        .map(|(document, reading)| {
            let readers: Vec<&str> = reading.readers.iter().map(|reader| handles[*reader as usize]).collect();
            json!({ "document": document.name(), "characters": document.chars, "readers": readers })
        })
        .collect();
    let unit = match compared.unit {
        Unit::Character => "character",
        Unit::Sentence => "sentence",
        Unit::Paragraph => "paragraph",
        Unit::Document => "document",
    };
    let left_out = &compared.left_out;
    let unfinished: Vec<Json> = left_out
        .unfinished
        .iter()
        .map(|(document, coder)| json!({ "document": document, "coder": coder }))
        .collect();
    let cautions: Vec<Json> = report
        .cautions
        .iter()
        .map(|caution| json!({ "number": beware::number(caution), "text": beware::sentence(caution) }))
        .collect();
    json!({
        "coders": handles,
        "documents": documents,
        "unit": unit,
        "characters": report.characters,
        "units": report.units,
        "bootstrap": report.resampling.map(|(resampling, parts)| json!({
            "resamples": resampling.resamples,
            "seed": resampling.seed,
            "resampled": if compared.paragraphs { "paragraph" } else { "document" },
            "drawn_from": parts,
        })),
        "codes": report.codes.iter().map(|one| code(&handles, one)).collect::<Vec<_>>(),
        "unused_codes": report.unused,
        "overall": overall(report),
        "left_out": {
            "one_reader": left_out.one_reader,
            "unread": left_out.unread,
            "unfinished": unfinished,
            "readers_without_done": left_out.inferred,
            "orphans": left_out.orphans,
        },
        "cautions": cautions,
    })
}

fn code(handles: &[&str], code: &CodeReport) -> Json {
    let by_coder = |values: &mut dyn Iterator<Item = Json>| -> Json {
        Json::Object(handles.iter().map(|handle| (*handle).to_owned()).zip(values).collect())
    };
    let pairs: Vec<Json> = code
        .pairs
        .iter()
        .map(|pair| {
            let (counts, table) = (pair.counts, pair.counts.confusion());
            json!({
                "coders": [handles[pair.first], handles[pair.second]],
                "both": counts.both,
                "only_first": counts.only_first,
                "only_second": counts.only_second,
                "neither": counts.neither,
                "dice": value(counts.dice()),
                "jaccard": value(counts.jaccard()),
                "percent": value(table.percent()),
                "kappa": value(table.cohen_kappa()),
                "pi": value(table.scott_pi()),
                "f1": value(pair.matched.and_then(|matched| matched.f1())),
                "matched": pair.matched.ok().map(|matched| matched.matched),
            })
        })
        .collect();
    let mut object = Map::new();
    object.insert("code".into(), json!(code.path));
    object.insert("spans".into(), by_coder(&mut code.spans.iter().map(|count| json!(count))));
    object.insert("coded".into(), by_coder(&mut code.coded.iter().map(|length| json!(length))));
    object.insert("share".into(), by_coder(&mut code.shares.iter().map(|share| json!(share))));
    object.insert("coded_by_all".into(), json!(code.by_all));
    object.insert("coded_by_some".into(), json!(code.by_some));
    object.insert("dice".into(), value(code.dice));
    for (coefficient, of_code) in &code.values {
        let mut one = value(*of_code);
        if *coefficient == Coefficient::Alpha {
            add_interval(&mut one, code.interval.as_ref());
        }
        object.insert(coefficient.key(), one);
    }
    if let Some(before) = code.unsnapped_alpha {
        object.insert("alpha_unsnapped".into(), value(before));
    }
    object.insert("pairs".into(), json!(pairs));
    Json::Object(object)
}

fn overall(report: &Report) -> Json {
    let overall = &report.overall;
    let mut object = Map::new();
    let mut mean = value(overall.mean_alpha);
    add_interval(&mut mean, overall.mean_interval.as_ref());
    object.insert("alpha_mean".into(), mean);
    let minimum = overall.minimum.as_ref();
    object.insert(
        "alpha_minimum".into(),
        json!(minimum.map(|(path, alpha)| json!({ "code": path, "value": alpha }))),
    );
    object.insert("codes_without_alpha".into(), json!(overall.undefined));
    object.insert("dice_mean".into(), value(overall.mean_dice));
    if let Some((of_marks, basis)) = overall.bar_u_alpha {
        let mut bar = value(of_marks);
        bar["basis"] = json!(match basis {
            Basis::Units => "units",
            Basis::AnyCode => "any_code",
        });
        object.insert("bar_u_alpha".into(), bar);
    }
    if let Some((of_common, coverage)) = overall.cu_alpha {
        let mut common = value(of_common);
        common["coverage"] = json!(coverage);
        object.insert("cu_alpha".into(), common);
    }
    for (coefficient, all) in &overall.values {
        object.insert(coefficient.key(), value(*all));
    }
    if let Some(sets) = &overall.sets {
        let sets = json!({
            "equality": value(sets.equality),
            "jaccard": value(sets.jaccard),
            "masi": value(sets.masi),
        });
        object.insert("alpha_set".into(), sets);
    }
    if !overall.ku_alpha.is_empty() {
        let by_code = overall.ku_alpha.iter().map(|(path, alpha, coverage)| {
            let mut one = value(*alpha);
            one["coverage"] = json!(coverage.ok());
            (path.clone(), one)
        });
        object.insert("ku_alpha".into(), Json::Object(by_code.collect()));
    }
    if let Some(Ok(gamma)) = &overall.gamma {
        object.insert("gamma".into(), of_gamma(gamma));
    }
    Json::Object(object)
}

fn of_gamma(gamma: &Gamma) -> Json {
    json!({
        "value": gamma.gamma,
        "gamma_cat": value(gamma.gamma_cat),
        "observed_disorder": gamma.observed,
        "expected_disorder": gamma.expected,
        "sampler": "shuffle",
        "samples": gamma.samples,
        "seed": gamma.seed,
        "alpha": gamma.alpha,
        "beta": gamma.beta,
        "units": gamma.units,
    })
}

/// `{"value": 0.7}` or `{"value": null, "reason": "no_variation"}`.
pub(super) fn value(value: Value) -> Json {
    match value {
        Ok(value) => json!({ "value": value }),
        Err(reason) => json!({ "value": null, "reason": Undefined::word(reason) }),
    }
}

/// Adds the interval to a value, or why there is none.
pub(super) fn add_interval(value: &mut Json, interval: Option<&Estimate>) {
    match interval {
        Some(Ok(interval)) => {
            value["low"] = json!(interval.low);
            value["high"] = json!(interval.high);
            value["below_667"] = json!(interval.below_667);
            value["below_800"] = json!(interval.below_800);
            value["undefined_resamples"] = json!(interval.undefined);
        }
        Some(Err(reason)) => {
            value["low"] = Json::Null;
            value["high"] = Json::Null;
            value["interval_reason"] = json!(reason.word());
        }
        None => {}
    }
}
