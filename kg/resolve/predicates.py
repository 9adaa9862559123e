"""What claims of articles say: the local names of the ontology that resolution has to know."""

EXISTS, PART_OF_LIST, IN_SECTOR, HAS_FIGURE = "type", "partOfList", "inSector", "hasFigure"
COUNTERPART = "counterpart"

WHERE = ("locatedIn", "inCity", "inProvince")
"""From the narrowest: a text that says less than a table does not contradict it."""

BROADER = "http://www.w3.org/2004/02/skos/core#broader"

TIES = ("hasLeadEnterprise", "hasMember", "hasAssociatedEnterprise", "hasIndustryEnterprise")
"""What ties a cluster to its enterprises."""

LIES_IN, HOST = "https://schema.org/containedInPlace", "hostDistrict"
"""What a place lies in; of a zone, the district that holds it."""
