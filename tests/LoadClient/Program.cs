using System.Globalization;
using Headroom.LoadClient;

// load <gateway> <host> <container> <sessions> <operations> <seed>: works, and says what came of it.
// hold <gateway> <host> <container> <bytes>: leases and touches that many bytes, and holds them until its input ends.
// eat <bytes>: takes and touches that many bytes, asks nobody, and holds them until its input ends.
// chaos <gateways> <hosts> <container> <sessions> <seed>: works at all hosts, until its input ends.
// soak <gateways> <hosts> <container> <sessions> <seed>: the same without a pause.
// borrow <gateway> <host> <container> <bytes>: as must-succeed, memory of another host; holds it until its input ends.
// drop <gateway> <host> <container> <bytes> <collects>: leases and fills that many bytes of the managed heap, drops
// them when its input ends, and then says what limit its runtime goes by, and each other one, until it is ended.
// prove <api> <seconds> <sessions> <pressure> <seed>: works with the memory that the SDK finds by convention, while
// that many bytes are taken on purpose at its host again and again; ends with 1 unless the audit finds all well.
long Number(int at) => long.Parse(args[at], CultureInfo.InvariantCulture);

return args switch
{
    ["load", _, _, _, _, _, _] =>
        await Work.LoadAsync(args[1], args[2], args[3], (int)Number(4), (int)Number(5), (int)Number(6)),
    ["hold", _, _, _, _] => await Work.HoldAsync(args[1], args[2], args[3], Number(4)),
    ["eat", _] => await Work.EatAsync(Number(1)),
    ["chaos", _, _, _, _, _] =>
        await Work.ChaosAsync(args[1], args[2].Split(','), args[3], (int)Number(4), (int)Number(5), pause: true),
    ["soak", _, _, _, _, _] =>
        await Work.ChaosAsync(args[1], args[2].Split(','), args[3], (int)Number(4), (int)Number(5), pause: false),
    ["borrow", _, _, _, _] => await Work.BorrowAsync(args[1], args[2], args[3], Number(4)),
    ["drop", _, _, _, _, _] =>
        await DroppedHeap.RunAsync(args[1], args[2], args[3], Number(4), collects: bool.Parse(args[5])),
    ["prove", _, _, _, _, _] =>
        await Work.ProveAsync(new Uri(args[1]), (int)Number(2), (int)Number(3), Number(4), (int)Number(5)),
    _ => throw new ArgumentException("load, hold, eat, chaos, soak, borrow, drop or prove, with their arguments"),
};
