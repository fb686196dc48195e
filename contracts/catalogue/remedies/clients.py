"""What breaks the programs that read the answers."""

from contracts.catalogue.remedies.remedy import remedy
from contracts.catalogue.requirement import Area

REMEDIES = (
    remedy(
        "answers that are not the published model",
        "A member has a type, or an enumeration a value, that the client generated from the document does not know.",
        "Serialize every answer from the published schema, and generate the client in CI from what is deployed.",
        "CLIENT-READS-OBJECT",
        Area.CLIENT,
    ),
    remedy(
        "JavaScript, pandas, jsonb",
        "Whole numbers are written as 3.0 or 1e2 once they went through a float, and a strict client refuses them.",
        "Keep counts and sizes integers, and cast them before they are written.",
        "CLIENT-READS-OBJECT",
    ),
    remedy(
        "gateways and servers in front",
        "A refusal is text or HTML, or an envelope without the members that the client's model requires.",
        "Let the gateway answer with the published envelope, and its status as an integer.",
        "CLIENT-READS-ERROR",
    ),
)
