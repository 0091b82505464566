//! `postil code list`

use super::super::{Context, Status, tree_format};
use crate::actions::Access;
use crate::actions::code::{ListedCode, list};
use crate::cli::CodeListArgs;
use crate::error::Result;
use crate::ui::plural::thousands;
use crate::ui::{Cell, Column, Format, Listing, palette};

pub(super) fn run(args: &CodeListArgs, context: &mut Context) -> Result<Status> {
    let session = context.open(Access::Read)?;
    let codes = session.store.read(|store| list(store.reader(), args.counts))?;
    if codes.is_empty() {
        context.ui.status("no codes");
        context.ui.hint("`postil code add PATH…` adds some, `postil code import FILE` reads a codebook");
    }
    match tree_format(args.format) {
        None => show_tree(&codes, context)?,
        Some(format) => show_listing(&codes, format, args.counts, context)?,
    }
    Ok(Status::Done)
}

/// The tree for eyes: a swatch where there is colour, the name, and the counts.
fn show_tree(codes: &[ListedCode], context: &mut Context) -> Result<()> {
    for code in codes {
        let indent = "  ".repeat(code.depth);
        let swatch = match palette::label(&code.row.color, context.ui.true_color()) {
            Some(style) if context.ui.colors() => format!("{} ", context.ui.paint(style, "■")),
            // The names below each other stay in line with those that have a swatch.
            None if context.ui.colors() => "  ".to_owned(),
            _ => String::new(),
        };
        let counts = match (code.own, code.with_below) {
            (Some(own), Some(all)) if all > own => {
                format!("  {} ({} with those below)", thousands(own), thousands(all))
            }
            (Some(own), _) => format!("  {}", thousands(own)),
            _ => String::new(),
        };
        let line = format!(
            "{indent}{swatch}{}{}",
            context.ui.shown(&code.row.name),
            context.ui.paint(palette::DIM, &counts)
        );
        context.ui.answer(line)?;
    }
    Ok(())
}

fn show_listing(codes: &[ListedCode], format: Format, counted: bool, context: &mut Context) -> Result<()> {
    let mut columns = vec![Column::text("path", "Code"), Column::text("color", "Colour")];
    if counted {
        columns.push(Column::number("annotations", "Annotations"));
        columns.push(Column::number("annotations_with_below", "With those below"));
    }
    columns.push(Column::text("description", "Description"));
    let mut listing = Listing::new(&mut context.ui, format, &columns)?;
    let number = |count: Option<u64>| Cell::from(count.map(|count| i64::try_from(count).unwrap_or(i64::MAX)));
    for code in codes {
        let mut cells = vec![Cell::from(code.path.as_str()), Cell::from(code.row.color.as_str())];
        if counted {
            cells.push(number(code.own));
            cells.push(number(code.with_below));
        }
        cells.push(code.row.description.as_str().into());
        listing.row(&cells)?;
    }
    listing.finish().map(drop)
}
