//! From the options that choose documents and annotations to what the actions understand.

use crate::actions::selection::{self, Filter};
use crate::cli::{AnnotationFilter, DocumentChoice, DocumentFilter, Subset};

/// Which documents.
pub fn documents(options: &DocumentFilter) -> selection::DocumentFilter {
    let attributes = options.attributes.iter().map(|wanted| (wanted.key.clone(), wanted.value.clone()));
    selection::DocumentFilter { names: options.documents.clone(), attributes: attributes.collect() }
}

/// Which documents, of those that are written to.
pub fn choice(options: &DocumentChoice) -> selection::DocumentFilter {
    let attributes = options.attributes.iter().map(|wanted| (wanted.key.clone(), wanted.value.clone()));
    selection::DocumentFilter { names: options.documents.clone(), attributes: attributes.collect() }
}

/// Which annotations, by document, code and coder.
pub fn subset(options: &Subset) -> Filter {
    Filter {
        documents: documents(&options.documents),
        codes: options.codes.clone(),
        coders: options.coders.clone(),
        ..Filter::default()
    }
}

/// Which annotations, by what can be read off them without their text.
pub fn annotations(options: &AnnotationFilter) -> Filter {
    Filter {
        only: options.only,
        untagged: options.untagged,
        since: options.since.map(|when| when.start_ms),
        until: options.until.map(|when| when.end_ms),
        ..subset(&options.subset)
    }
}
