//! `postil agree`

mod beware;
mod eyes;
mod json;
mod methods;
mod rows;
mod unitized;

use super::{Context, Status, filter, listing_format};
use crate::actions::Access;
use crate::actions::agree::{Coefficient, Request, Resampling, agree};
use crate::actions::compare::{Compare, Snap, Unit};
use crate::cli::{AgreeArgs, AgreeUnit, ComparisonArgs, Resampled, SnapTo};
use crate::error::{Error, Result};
use crate::ui::Format;

/// A 95 % interval of fewer draws hangs on one or two of them.
const FEWEST_DRAWS: u32 = 100;

pub(super) fn run(args: &AgreeArgs, context: &mut Context) -> Result<Status> {
    if (1..FEWEST_DRAWS).contains(&args.bootstrap) {
        return Err(Error::usage(format!("{} draws are too few for an interval", args.bootstrap)).hint(
            format!(
                "`--bootstrap {FEWEST_DRAWS}` at least, better 1000; `--bootstrap 0` leaves intervals out"
            ),
        ));
    }
    let coefficients = coefficients(&args.coefficients)?;
    let resampling =
        (args.bootstrap > 0).then_some(Resampling { resamples: args.bootstrap, seed: args.seed });
    let format = listing_format(args.format);
    if let Some(file) = &args.unitized {
        return unitized::run(file, args, coefficients, resampling, context);
    }
    let request = Request { compare: comparison(args)?, coefficients, resampling, seed: args.seed };
    let session = context.open(Access::Read)?;
    let report = session.store.read(|store| agree(store.reader(), &request))?;
    let ui = &mut context.ui;
    if args.methods_paragraph {
        if report.codes.is_empty() {
            return Err(Error::refused(
                "there is nothing to report: no two of these coders read and coded the same texts",
            )
            .hint(
                "`postil progress` shows who has read what, `postil done DOC` says that you have read one",
            ));
        }
        let paragraph = methods::paragraph(&report);
        let paragraph = ui.shown(&paragraph).into_owned();
        ui.answer(paragraph)?;
        return Ok(Status::Done);
    }
    match format {
        Format::Json => json::write(ui, &report)?,
        Format::Table => eyes::write(ui, &report)?,
        _ => {
            rows::write(ui, format, &report)?;
            beware::warn(ui, &report);
        }
    }
    beware::too_few(ui, &report);
    Ok(Status::Done)
}

fn comparison(args: &AgreeArgs) -> Result<Compare> {
    let paragraphs = match args.resample {
        None => None,
        Some(Resampled::Document) => Some(false),
        Some(Resampled::Paragraph) => Some(true),
        Some(Resampled::Unit | Resampled::Pairs) => {
            return Err(Error::usage("units and pairs are drawn from a table only").hint(
                "`--resample document` or `--resample paragraph`; or name a table with `--unitized FILE`",
            ));
        }
    };
    Ok(Compare {
        unit: match args.unit {
            AgreeUnit::Character => Unit::Character,
            AgreeUnit::Sentence => Unit::Sentence,
            AgreeUnit::Paragraph => Unit::Paragraph,
            AgreeUnit::Document => Unit::Document,
        },
        snap: args.snap.map(|snap| match snap {
            SnapTo::Word => Snap::Word,
            SnapTo::Sentence => Snap::Sentence,
        }),
        paragraphs,
        ..chosen(&args.choice)
    })
}

/// Who is compared on what.
pub(super) fn chosen(args: &ComparisonArgs) -> Compare {
    Compare {
        coders: args.coders.clone(),
        codes: args.codes.clone(),
        documents: filter::documents(&args.documents),
        level: args.level,
        done_only: args.done_only,
        ..Compare::default()
    }
}

fn coefficients(words: &[String]) -> Result<Vec<Coefficient>> {
    let known = || Coefficient::ALL.into_iter().map(Coefficient::word);
    words
        .iter()
        .map(|word| word.trim())
        .filter(|word| !word.is_empty())
        .map(|word| {
            Coefficient::from_word(word).ok_or_else(|| {
                Error::usage(format!("there is no coefficient `{word}`"))
                    .did_you_mean(word, known())
                    .hint(format!("there are {}", known().collect::<Vec<_>>().join(", ")))
            })
        })
        .collect()
}
