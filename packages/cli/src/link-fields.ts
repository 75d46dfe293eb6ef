// Written by `npm run generate` out of the schemas of links: name, kind, whether it can be cleared, meaning.

export type FieldKind = 'text' | 'number' | 'boolean' | 'list' | 'object'
export type Field = readonly [name: string, kind: FieldKind, clears: boolean, meaning: string]

export const newLinkFields: readonly Field[] = [
  ["destination","text",false,"Where visitors are sent: an absolute http or https URL, at most 2048 characters"],
  ["slug","text",false,"1 to 64 letters, digits, inner `-` and `_`; minted at random if absent"],
  ["slugLength","number",false,"How many characters are minted at least: more once too many are taken; 7 if absent"],
  ["slugPrefix","text",false,"What the minted slug begins with; the whole has at most 64 characters"],
  ["domain","text",false,"One of ours; the default one if absent"],
  ["title","text",true,"For people; visitors do not see it"],
  ["tags","list",false,"By which links can be found"],
  ["archived","boolean",false,"Left out of lists; it goes on leading visitors"],
  ["notes","text",true,"For people; visitors do not see them"],
  ["utm","object",true,"Sets `utm_source` and so on in the destination; null for all of them, or for one, takes away"],
  ["startsAt","text",true,"Before, it is not found"],
  ["expiresAt","text",true,"From then on it is gone (410)"],
  ["maxClicks","number",true,"How many people it takes to its destination in all"],
  ["forwardQuery","boolean",false,"Parameters of the visit go on to the destination"],
  ["redirectStatus","number",false,"302 unless said otherwise"],
  ["cacheSeconds","number",false,"How long a browser may repeat the answer unasked, and uncounted"],
  ["expiredDestination","text",true,"Where visitors are sent once it has expired or is used up, instead of 410"],
  ["forwardPath","boolean",false,"What follows the slug in a path goes on to the destination"],
  ["noindex","boolean",false,"Asks search engines not to list the short link"],
  ["preview","object",true,"What social networks show of the link, instead of the page that it leads to"],
  ["externalId","text",true,"What your own system calls it; no two living links of one owner have the same"],
  ["findIfExists","boolean",false,"Answers with a link of yours that is there already (200) instead of a new one; never with a limited one (maxClicks)"],
]

export const importedFields: readonly Field[] = [
  ["destination","text",false,"Where visitors are sent: an absolute http or https URL, at most 2048 characters"],
  ["slug","text",false,"1 to 64 letters, digits, inner `-` and `_`; minted at random if absent"],
  ["slugLength","number",false,"How many characters are minted at least: more once too many are taken; 7 if absent"],
  ["slugPrefix","text",false,"What the minted slug begins with; the whole has at most 64 characters"],
  ["domain","text",false,"One of ours; the default one if absent"],
  ["title","text",true,"For people; visitors do not see it"],
  ["tags","list",false,"By which links can be found"],
  ["archived","boolean",false,"Left out of lists; it goes on leading visitors"],
  ["notes","text",true,"For people; visitors do not see them"],
  ["utm","object",true,"Sets `utm_source` and so on in the destination; null for all of them, or for one, takes away"],
  ["startsAt","text",true,"Before, it is not found"],
  ["expiresAt","text",true,"From then on it is gone (410)"],
  ["maxClicks","number",true,"How many people it takes to its destination in all"],
  ["forwardQuery","boolean",false,"Parameters of the visit go on to the destination"],
  ["redirectStatus","number",false,"302 unless said otherwise"],
  ["cacheSeconds","number",false,"How long a browser may repeat the answer unasked, and uncounted"],
  ["expiredDestination","text",true,"Where visitors are sent once it has expired or is used up, instead of 410"],
  ["forwardPath","boolean",false,"What follows the slug in a path goes on to the destination"],
  ["noindex","boolean",false,"Asks search engines not to list the short link"],
  ["preview","object",true,"What social networks show of the link, instead of the page that it leads to"],
  ["externalId","text",true,"What your own system calls it; no two living links of one owner have the same"],
  ["aliases","list",false,""],
  ["createdAt","text",true,""],
]

export const linkChangeFields: readonly Field[] = [
  ["destination","text",false,"Where visitors are sent: an absolute http or https URL, at most 2048 characters"],
  ["slug","text",false,"The slug before goes on leading there, as one of `aliases`"],
  ["title","text",true,"For people; visitors do not see it"],
  ["tags","list",false,"By which links can be found"],
  ["externalId","text",true,"What your own system calls it; no two living links of one owner have the same"],
  ["archived","boolean",false,"Left out of lists; it goes on leading visitors"],
  ["notes","text",true,"For people; visitors do not see them"],
  ["utm","object",true,"Sets `utm_source` and so on in the destination; null for all of them, or for one, takes away"],
  ["startsAt","text",true,"Before, it is not found"],
  ["expiresAt","text",true,"From then on it is gone (410)"],
  ["maxClicks","number",true,"How many people it takes to its destination in all"],
  ["forwardQuery","boolean",false,"Parameters of the visit go on to the destination"],
  ["redirectStatus","number",false,"302 unless said otherwise"],
  ["cacheSeconds","number",false,"How long a browser may repeat the answer unasked, and uncounted"],
  ["expiredDestination","text",true,"Where visitors are sent once it has expired or is used up, instead of 410"],
  ["forwardPath","boolean",false,"What follows the slug in a path goes on to the destination"],
  ["noindex","boolean",false,"Asks search engines not to list the short link"],
  ["preview","object",true,"What social networks show of the link, instead of the page that it leads to"],
  ["blocked","boolean",false,"Only by a key with the scope `admin`"],
]

export const shownFields: readonly string[] = ["id","slug","aliases","domain","shortLink","destination","utm","externalId","title","notes","tags","archived","startsAt","expiresAt","maxClicks","forwardQuery","redirectStatus","cacheSeconds","expiredDestination","forwardPath","noindex","preview","blocked","version","createdAt","updatedAt","deletedAt"]
