//! The description of the API, made from the handlers' own annotations, and what all of them have in common.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use contract::ErrorReply;
use utoipa::{
    OpenApi, ToSchema,
    openapi::{
        ContentBuilder, Ref, RefOr, ResponseBuilder,
        path::{Operation, Parameter, ParameterIn},
        security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme},
    },
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Zhenxue 真学",
        description = "Study time you can prove. Every refusal has one shape, `ErrorReply`, with a code. Requests that change something are \
                       JSON from the same origin. One cookie, `__Host-zhenxue`, says who is there."
    ),
    components(schemas(ErrorReply)),
    tags(
        (name = "people", description = "Who is there"),
        (name = "classes", description = "A learner's classes"),
        (name = "study", description = "Study sessions, beats, the record"),
        (name = "proofs", description = "Study proofs"),
        (name = "faces", description = "Face checks, and the other way to show who studies"),
        (name = "board", description = "The class board, for staff of the institution"),
        (name = "roster", description = "Classes of an institution, who is in them, who is invited"),
        (name = "claims", description = "Claims of an institution: what is missing, what is entered, what is sealed"),
        (name = "reviews", description = "Claims for those who verify them, person by person"),
        (name = "ledger", description = "The ledger, for everybody: static files in the C2SP formats"),
        (name = "machine", description = "The server itself")
    )
)]
struct Head;

/// The document before any route is in it.
#[must_use]
pub fn head() -> utoipa::openapi::OpenApi {
    Head::openapi()
}

/// Handlers that are public on purpose, by operation id.
const PUBLIC: [&str; 9] = [
    "register",
    "sign_in",
    "open",
    "show_invitation",
    "register_invited",
    "ready",
    "ledger_checkpoint",
    "ledger_key",
    "status_list",
];

/// Adds what every operation has in common, so that each handler only tells of its own.
#[must_use]
pub fn finish(mut document: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    let components = document.components.get_or_insert_default();
    components.add_security_scheme(
        "sign_in",
        SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::new(crate::extract::COOKIE))),
    );
    for item in document.paths.paths.values_mut() {
        let operations = [&mut item.get, &mut item.post, &mut item.delete];
        for operation in operations.into_iter().flatten() {
            add_common(operation);
        }
    }
    document
}

fn add_common(operation: &mut Operation) {
    let public = operation
        .operation_id
        .as_deref()
        .is_some_and(|id| PUBLIC.contains(&id));
    let mut common = vec![
        (
            "403",
            "`https_required`, or `forbidden`: another site asks, or the role is missing",
        ),
        ("500", "`internal`: a fault of ours, see `reference`"),
        (
            "503",
            "`unavailable` or `timeout`: the same request may be sent again",
        ),
    ];
    if !public {
        common.push(("401", "`unauthenticated`: sign in first"));
        operation.security = Some(vec![SecurityRequirement::new(
            "sign_in",
            Vec::<String>::new(),
        )]);
    }
    if !public && operation.parameters.iter().flatten().any(names_class) {
        common.push((
            "410",
            "`class_deleted`: the personal data of the class was destroyed after its time",
        ));
    }
    if operation.request_body.is_some() {
        common.push(("400", "`malformed`: this is not what the API takes"));
        common.push(("413", "`too_large`: the body has more than 64 KiB"));
        common.push(("415", "`not_json`: the body is not JSON"));
    } else if operation.parameters.iter().flatten().any(in_query) {
        common.push(("400", "`malformed`: this is not what the API takes"));
    }
    for (status, description) in common {
        operation
            .responses
            .responses
            .entry(status.to_owned())
            .or_insert_with(|| RefOr::T(refusal(description)));
    }
}

fn in_query(parameter: &RefOr<Parameter>) -> bool {
    matches!(parameter, RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query)
}

/// Whether a path names a class, or a claim or an appeal of one.
fn names_class(parameter: &RefOr<Parameter>) -> bool {
    matches!(parameter, RefOr::T(parameter) if ["class", "claim", "appeal"].contains(&parameter.name.as_str()))
}

fn refusal(description: &str) -> utoipa::openapi::Response {
    ResponseBuilder::new()
        .description(description)
        .content(
            "application/json",
            ContentBuilder::new()
                .schema(Some(Ref::from_schema_name(ErrorReply::name())))
                .build(),
        )
        .build()
}

/// The document as an answer.
pub async fn answer(document: utoipa::openapi::OpenApi) -> Response {
    match document.to_json() {
        Ok(json) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
        Err(error) => crate::api_error::ApiError::internal(error).into_response(),
    }
}
