"""Names for invented children: none of a real child, surnames that the sample extract has not."""

FORENAMES = (
    "Ada", "Aiden", "Alba", "Amara", "Anouk", "Arlo", "Asa", "Aubrey", "Bea", "Benedikt", "Blythe",
    "Bodhi", "Caleb", "Callum", "Carmen", "Clover", "Cosmo", "Dalia", "Darcy", "Dion", "Edie",
    "Eitan", "Elif", "Elspeth", "Emrys", "Esme", "Ezra", "Farah", "Felix", "Fenn", "Finlay", "Freya",
    "Gethin", "Gwen", "Hana", "Harlan", "Hector", "Idris", "Imogen", "Indra", "Isla", "Ivo", "Jasper",
    "Jem", "Joss", "Juno", "Kai", "Keir", "Kezia", "Kofi", "Lachlan", "Layla", "Lorcan", "Lowri",
    "Luca", "Mabel", "Magnus", "Malik", "Merryn", "Mika", "Mina", "Nadia", "Nell", "Nico", "Noor",
    "Odin", "Olive", "Orla", "Osian", "Otis", "Perrin", "Pia", "Quinn", "Rafe", "Remi", "Rhian",
    "Robin", "Roza", "Saffron", "Samir", "Seren", "Sol", "Stellan", "Suki", "Tamsin", "Tariku",
    "Teo", "Thea", "Tomos", "Una", "Vesna", "Wilf", "Willa", "Xanthe", "Yara", "Yusuf", "Zain",
    "Zeki", "Zola",
)  # fmt: skip
SURNAMES = (
    "Abelthorpe", "Alderwick", "Ambrose-Hale", "Applecott", "Arkendale", "Ashgrove", "Aylmerton",
    "Barrowdene", "Beckwithe", "Birkenshaw", "Blackmere", "Bracewelle", "Bramwith", "Brightlake",
    "Calderhope", "Carnforthe", "Chandlery", "Chillworth", "Coldbeck", "Cotterdale", "Cresswyn",
    "Dallowgill", "Danesmoor", "Dentwhistle", "Dovesby", "Dunsfolde", "Eaglescar", "Eastlake",
    "Ellerbeck", "Eskdale-Roe", "Fallowby", "Farthinghoe", "Fellbrigg", "Fernyhough-Lea", "Fleetham",
    "Gaddesby", "Garthwick", "Gillmoor", "Glasswell", "Greenhithe", "Grindlow", "Hackthorne",
    "Hallowfield", "Hartsop", "Hawksworthy", "Heatherslaw", "Hollinside", "Hurstbeck", "Inglethorpe",
    "Ivelet", "Jervaulx", "Kelmscott", "Kettlesing", "Kirkhope", "Lambfold", "Langstrothe",
    "Larkbeck", "Lilleshall", "Lindrick", "Lonsdale-Wye", "Malverley", "Marrick", "Mellbreck",
    "Middlemoss", "Moorsholm", "Nesfield", "Nettlecombe", "Nunwick", "Oakshott", "Ormskerry",
    "Osmotherly", "Pendlebrook", "Penhurst", "Pickergill", "Plumtree-Day", "Quarndon", "Ravenseat",
    "Redmire", "Rookhope", "Rushbeck", "Saltwick", "Scarthin", "Sedgebarrow", "Silverdene",
    "Skelding", "Snowdrop", "Starbottom", "Stonegrave", "Swinbeck", "Tanfield-Moss", "Thornwyke",
    "Thrushgill", "Tidewell", "Uldale", "Underskiddaw", "Wainstone", "Walderslade", "Warcop",
    "Wetherlam", "Whernsey", "Wildboar", "Winterscale", "Withernsey", "Yarmolen", "Yewbarrow",
)  # fmt: skip
