using Headroom.Silo.Budgets;
using Headroom.Silo.Hosting;
using Headroom.Silo.Http;
using Headroom.Silo.Storage;

if (args is [StoreProcess.Command, ..])
{
    return await StoreProcess.RunAsync(args[1..], Console.Error);
}

return await SiloProcess.RunAsync(
    args,
    add: (builder, settings) => builder.Services.AddBudgets(settings).AddHeadroomHttp(),
    map: app => app.MapHeadroomHttp(),
    errors: Console.Error);
