using System.Globalization;
using Headroom.LoadClient;

// load <gateway> <host> <container> <sessions> <operations> <seed>: works, and says what came of it.
// hold <gateway> <host> <container> <bytes>: leases and touches that many bytes, and holds them until its input ends.
// borrow <gateway> <host> <container> <bytes>: as must-succeed, memory of another host; holds it until its input ends.
// drop <gateway> <host> <container> <bytes> <collects>: leases and fills that many bytes of the managed heap, drops
// them when its input ends, and then says what limit its runtime goes by, and each other one, until it is ended.
long Number(int at) => long.Parse(args[at], CultureInfo.InvariantCulture);

return args switch
{
    ["load", _, _, _, _, _, _] =>
        await Work.LoadAsync(args[1], args[2], args[3], (int)Number(4), (int)Number(5), (int)Number(6)),
    ["hold", _, _, _, _] => await Work.HoldAsync(args[1], args[2], args[3], Number(4)),
    ["borrow", _, _, _, _] => await Work.BorrowAsync(args[1], args[2], args[3], Number(4)),
    ["drop", _, _, _, _, _] =>
        await DroppedHeap.RunAsync(args[1], args[2], args[3], Number(4), collects: bool.Parse(args[5])),
    _ => throw new ArgumentException("load, hold, borrow or drop, with their arguments"),
};
